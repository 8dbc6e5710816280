import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port';
import { isLive } from './node-process';
import { findProgram } from './programs';
import { readFromRepository } from './repository';
import { until } from './until';

export interface Haproxy {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

/** HAProxy in front of one process, configured as `deploy/haproxy.cfg` says but for the addresses. */
export async function startHaproxy(server: URL): Promise<Haproxy> {
  const program = await findProgram({ title: 'HAProxy', names: ['haproxy'], debianPackage: 'haproxy' });
  if (!program) throw new Error('This needs HAProxy on the PATH, or root on Debian or Ubuntu');
  const folder = await mkdtemp(join(tmpdir(), 'usher-haproxy-'));
  const file = join(folder, 'haproxy.cfg');
  const address = `127.0.0.1:${await freePort()}`;
  await writeFile(
    file,
    readFromRepository('deploy/haproxy.cfg')
      .replace('bind :3000', `bind ${address}`)
      .replaceAll('server api-1 api-1:3000', `server api-1 ${server.host}`)
      .replaceAll(/^ *server api-2 .*\n/gm, ''),
  );
  const child = spawn(program, ['-f', file], { stdio: 'ignore' });
  const url = `http://${address}`;
  await until(() => isLive(url), 'HAProxy did not start');
  return {
    url,
    pid: child.pid!,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const exited = once(child, 'exit');
        child.kill();
        await exited;
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}
