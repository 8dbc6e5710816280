/**
 * Runs what `docker compose up --build` does by docker-compose.yml, without Docker: every service is a process in a network namespace of its own,
 * with the command, the environment, the health check, the names and the order of the file, behind deploy/haproxy.cfg.
 *
 * Not tried by this: the image that the Dockerfile builds (its command and its health check are, on this checkout), and
 * restarts by the engine. Stand-ins: `image-postgres.ts` (PostgreSQL from npm), `image-mailpit.ts` (SMTP and readiness),
 * and for haproxy:3.0 and redis:7 the packages of the system.
 *
 * All of it lives in namespaces for network, mounts and processes: nothing can reach another machine, and when this ends,
 * however that happens, the kernel ends every process and removes every interface.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { needPrograms } from '../support/programs';

const APART = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc'];

const PROGRAMS = [
  { title: 'ip', names: ['ip'], debianPackage: 'iproute2' },
  { title: 'HAProxy', names: ['haproxy'], debianPackage: 'haproxy' },
  { title: 'dnsmasq', names: ['dnsmasq'], debianPackage: 'dnsmasq-base' },
  { title: 'Redis', names: ['redis-server'], debianPackage: 'redis-server' },
  { title: 'redis-cli', names: ['redis-cli'], debianPackage: 'redis-tools' },
  { title: 'pg_isready', names: ['pg_isready'], debianPackage: 'postgresql-client' },
  { title: 'wget', names: ['wget'], debianPackage: 'wget' },
];

async function main(): Promise<number> {
  if (process.getuid?.() !== 0 || process.platform !== 'linux') {
    throw new Error('npm run test:compose makes network namespaces: run it as root on Linux.');
  }
  await needPrograms(PROGRAMS);
  await promisify(execFile)('unshare', [...APART, 'true']).catch((error: Error) => {
    throw new Error(
      `This machine does not let root make namespaces, as in most containers: ${error.message}`,
    );
  });
  const folder = resolve('.data', `compose-${process.pid}`);
  await mkdir(folder, { recursive: true });
  const inside = [process.execPath, '--enable-source-maps', join(__dirname, 'inside.js'), folder];
  const child = spawn('unshare', [...APART, ...inside], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => child.kill('SIGKILL'));
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code === 0) await rm(folder, { recursive: true });
  else process.stderr.write(`The logs are in ${folder}\n`);
  return code ?? 1;
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
