import { execFile } from 'node:child_process';
import { chown, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './free-port';
import { needPrograms } from './programs';

const PACKAGES = '/usr/lib/postgresql';

export interface DebianPostgres {
  /** Without a database; its user may do everything. */
  url: string;
  /** Where `pg_dump` and its like are, of the same version. */
  programs: string;
  stop(): Promise<void>;
}

/** A server as distributions have it, with its client programs, which npm packages lack. */
export async function startDebianPostgres(): Promise<DebianPostgres> {
  const programs = await findPrograms();
  const directory = await mkdtemp(join(tmpdir(), 'usher-debian-postgres-'));
  // PostgreSQL refuses to run as root; the package has made an account.
  const account = process.getuid?.() === 0 ? await accountOf('postgres') : undefined;
  if (account) await chown(directory, account.uid, account.gid);
  const port = await freePort();
  const run = (program: string, ...args: string[]) =>
    promisify(execFile)(join(programs, program), args, { cwd: directory, ...account });
  await run(
    'initdb',
    '-D',
    'data',
    '-U',
    'postgres',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C.UTF-8',
    '--no-sync',
  );
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off`;
  await run('pg_ctl', 'start', '-D', 'data', '-s', '-w', '-l', 'log', '-o', options);
  return {
    url: `postgres://postgres@127.0.0.1:${port}`,
    programs,
    async stop() {
      await run('pg_ctl', 'stop', '-D', 'data', '-s', '-w', '-m', 'immediate');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The folder of the latest version that is installed; there are wrappers for some programs on the PATH, not for all. */
async function findPrograms(): Promise<string> {
  const installed = async () =>
    (await readdir(PACKAGES).catch(() => [])).sort((a, b) => Number(b) - Number(a));
  const complete = async (version: string) =>
    stat(join(PACKAGES, version, 'bin/initdb')).then(Boolean, () => false);
  for (const version of await installed()) {
    if (await complete(version)) return join(PACKAGES, version, 'bin');
  }
  await needPrograms([
    { title: 'a PostgreSQL server', names: ['pg_ctlcluster'], debianPackage: 'postgresql' },
  ]);
  const [latest] = await installed();
  return join(PACKAGES, latest!, 'bin');
}

async function accountOf(name: string): Promise<{ uid: number; gid: number }> {
  const id = async (flag: string) => Number((await promisify(execFile)('id', [flag, name])).stdout);
  return { uid: await id('-u'), gid: await id('-g') };
}
