import { randomBytes } from 'node:crypto';
import { appendFile, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findPostgresPrograms, type PostgresPrograms } from './embedded-postgres-process';
import {
  SUPERUSER,
  findRunningServer,
  loggedSince,
  withLog,
  type ClusterFiles,
} from './embedded-postgres-running';

const START_SECONDS = 60;
const STOP_SECONDS = 30;
const START_ATTEMPTS = 4;

export type ServerSettings = Readonly<Record<string, string>>;

/** Starts the server, after making its cluster if there is none, and answers with its port. */
export async function startServer(files: ClusterFiles, settings: ServerSettings): Promise<number> {
  const programs = await findPostgresPrograms(files.dataDir, files.home);
  await appendFile(files.log, '', { mode: 0o600 });
  await programs.own(files.log);
  if (!(await isInitialised(files))) await createCluster(files, programs, settings);
  for (let attempt = 1; ; attempt++) {
    await configure(files, programs, { port: String(await freePort()), ...settings });
    const { size: logged } = await stat(files.log);
    const failure = await pgCtl(files, programs, 'start', START_SECONDS);
    // Also after a failure: recovery may outlast pg_ctl, or one that a killed process left behind was faster.
    const port = await findRunningServer(files);
    if (port !== undefined) return port;
    const mayPass = /could not bind|is still in use/.test(await loggedSince(files, logged));
    if (!mayPass || attempt === START_ATTEMPTS)
      throw await withLog(files, 'PostgreSQL did not start', failure);
    await sleep(200 * attempt);
  }
}

export async function stopServer(files: ClusterFiles): Promise<void> {
  const programs = await findPostgresPrograms(files.dataDir, files.home);
  const failure = await pgCtl(files, programs, 'stop', STOP_SECONDS);
  if (failure) throw await withLog(files, 'PostgreSQL did not stop', failure);
}

/** Initialised elsewhere and renamed, so that a cluster in its place is a whole one. */
async function createCluster(
  files: ClusterFiles,
  programs: PostgresPrograms,
  settings: ServerSettings,
): Promise<void> {
  await removeUnfinished(files);
  // A name of its own: the initdb of a killed process may still be writing to the previous one.
  const unfinished = await mkdtemp(`${files.home}.new-`);
  await rm(files.password, { force: true });
  await writeFile(files.password, randomBytes(24).toString('base64url'), { mode: 0o600 });
  await programs.own(unfinished, files.password);
  const args = [
    ...['-D', basename(unfinished), '-U', SUPERUSER, '--pwfile', basename(files.password)],
    ...['-A', 'scram-sha-256', '-E', 'UTF8', '--locale=C', '--no-instructions'],
    ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    ...(settings.fsync === 'off' ? ['--no-sync'] : []),
  ];
  const initialise = (...more: string[]) =>
    programs.run('initdb', [...args, ...more], { ...location(files), timeoutMs: START_SECONDS * 1000 });
  const { size: logged } = await stat(files.log);
  try {
    // For pg_trgm only, which asks the operating system what a letter is: in C only a to z are, and searches for other
    // names have no index. Not every system has this locale.
    await initialise('--lc-ctype=C.UTF-8').catch(async (error: unknown) => {
      if (!/invalid locale|encoding mismatch/.test(await loggedSince(files, logged))) throw error;
      await initialise();
    });
  } catch (error) {
    throw await withLog(files, 'The PostgreSQL cluster could not be created', error);
  }
  await appendFile(join(unfinished, 'postgresql.conf'), "\ninclude_if_exists 'usher.conf'\n");
  await rename(unfinished, files.home);
}

async function removeUnfinished({ dataDir, home }: ClusterFiles): Promise<void> {
  const unfinished = (await readdir(dataDir)).filter((name) => name.startsWith(`${basename(home)}.new`));
  for (const name of unfinished) {
    // What cannot be removed now, because an orphaned initdb still writes to it, is removed the next time.
    await rm(join(dataDir, name), { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
  }
}

/** In a file, because pg_ctl hands options to a shell. */
async function configure(
  files: ClusterFiles,
  programs: PostgresPrograms,
  settings: ServerSettings,
): Promise<void> {
  const all = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    timezone: 'UTC',
    log_timezone: 'UTC',
    log_checkpoints: 'off',
    // Requests are many and short: a list that starts workers takes longer than one that does not.
    max_parallel_workers_per_gather: '0',
    ...settings,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name} = '${value.replace(/['\\]/g, '$&$&')}'`);
  const file = join(files.home, 'usher.conf');
  await writeFile(file, `# Written anew at each start.\n${lines.join('\n')}\n`, { mode: 0o600 });
  await programs.own(file);
}

async function pgCtl(
  files: ClusterFiles,
  programs: PostgresPrograms,
  command: 'start' | 'stop',
  seconds: number,
): Promise<unknown> {
  const mode = command === 'stop' ? ['-m', 'fast'] : [];
  const args = [command, ...mode, '-D', basename(files.home), '-s', '-w', '-t', String(seconds)];
  try {
    await programs.run('pg_ctl', args, {
      ...location(files),
      timeoutMs: (seconds + 10) * 1000,
      // An impatient second Ctrl-C must not interrupt the stop. During the start pg_ctl should hear it:
      // it then takes back the server, which has a session of its own.
      detached: command === 'stop',
    });
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Paths are relative to the data directory: pg_ctl puts them into a shell command, where a `$` is expanded. */
function location(files: ClusterFiles): { cwd: string; logFile: string } {
  return { cwd: files.dataDir, logFile: files.log };
}

async function isInitialised(files: ClusterFiles): Promise<boolean> {
  return stat(join(files.home, 'PG_VERSION')).then(
    () => true,
    () => false,
  );
}

async function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
