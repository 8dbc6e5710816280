import { readFile, readlink, realpath, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, type ClientConfig } from 'pg';
import { belongsToAnother, errorCode, isAlive } from './embedded-postgres-lock';

export const SUPERUSER = 'usher';
const HOST = '127.0.0.1';
const START_PATIENCE_MS = 60_000;
const STRANGER_PATIENCE_MS = 5_000;

/** Larger than any process id: what a stale postmaster.pid is made to point at. */
const NOBODYS_PID = 2_147_483_647;

/** Where things are in a data directory. */
export class ClusterFiles {
  readonly home: string;
  readonly log: string;
  readonly password: string;
  readonly pid: string;

  constructor(readonly dataDir: string) {
    this.home = join(dataDir, 'postgres');
    this.log = join(dataDir, 'postgres.log');
    this.password = join(dataDir, 'postgres.password');
    this.pid = join(this.home, 'postmaster.pid');
  }
}

/**
 * The port of the server that runs on this cluster, once it answers. PostgreSQL itself refuses to start beside a
 * postmaster.pid whose pid is alive, whoever that is by now; so such a file is made harmless here.
 */
export async function findRunningServer(files: ClusterFiles): Promise<number | undefined> {
  const began = Date.now();
  for (;;) {
    const recorded = await readPidFile(files);
    if (!recorded) return undefined;
    const identity = await identify(files, recorded.pid);
    if (identity === 'gone') return undefined;
    const answer = identity === 'stranger' ? 'refused' : await ask(files, recorded.port);
    if (answer === 'ready') return recorded.port;

    const starting = answer === 'starting' || (identity === 'ours' && answer === 'silent');
    const patience = identity === 'stranger' ? 0 : starting ? START_PATIENCE_MS : STRANGER_PATIENCE_MS;
    if (Date.now() - began < patience) {
      await sleep(100);
    } else if (starting || identity === 'ours') {
      throw await withLog(files, `PostgreSQL (process ${recorded.pid}) runs but lets nobody in`);
    } else {
      await disown(files);
      return undefined;
    }
  }
}

export async function connect(
  files: ClusterFiles,
  port: number,
  database: string,
  name?: string,
): Promise<Client> {
  const client = new Client({
    ...(await credentials(files, port)),
    database,
    connectionTimeoutMillis: 5_000,
    ...(name && { application_name: name }),
  });
  // Without a listener a server that goes away would take the process with it.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    void client.end();
    throw error;
  }
}

export async function connectionUrl(files: ClusterFiles, port: number, database: string): Promise<string> {
  const { password } = await credentials(files, port);
  return `postgres://${SUPERUSER}:${password}@${HOST}:${port}/${database}`;
}

export async function withLog(files: ClusterFiles, sentence: string, cause?: unknown): Promise<Error> {
  const reason = cause instanceof Error ? ` (${cause.message})` : '';
  const lastLines = (await loggedSince(files, 0)).trimEnd().split('\n').slice(-15).join('\n');
  return new Error(`${sentence}${reason}. The last lines of ${files.log}:\n${lastLines}`, { cause });
}

export async function loggedSince(files: ClusterFiles, position: number): Promise<string> {
  const whole = await readFile(files.log).catch(() => Buffer.alloc(0));
  return whole.subarray(position).toString('utf8');
}

async function readPidFile(files: ClusterFiles): Promise<{ pid: number; port: number } | undefined> {
  try {
    const lines = (await readFile(files.pid, 'utf8')).split('\n');
    return { pid: Number.parseInt(lines[0] ?? '', 10), port: Number.parseInt(lines[3] ?? '', 10) };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw errorCode(error) === 'EACCES' ? belongsToAnother(files.home) : error;
  }
}

async function identify(files: ClusterFiles, pid: number): Promise<'ours' | 'stranger' | 'gone' | 'unknown'> {
  if (!(pid > 0)) return 'unknown';
  if (!isAlive(pid)) return 'gone';
  if (process.platform !== 'linux') return 'unknown';
  try {
    return (await readlink(`/proc/${pid}/cwd`)) === (await realpath(files.home)) ? 'ours' : 'stranger';
  } catch (error) {
    // A zombie has no working directory. One we may not look into (root in a container) is judged by its answer.
    if (errorCode(error) === 'ENOENT') return 'stranger';
    const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => 'postgres');
    return commandLine.includes('postgres') ? 'unknown' : 'stranger';
  }
}

async function ask(files: ClusterFiles, port: number): Promise<'ready' | 'starting' | 'silent' | 'refused'> {
  if (!(port > 0)) return 'silent';
  try {
    const client = await connect(files, port, 'postgres');
    const { rows } = await client
      .query<{ data_directory: string }>('SHOW data_directory')
      .finally(() => client.end());
    // In a copied data directory, postmaster.pid and password lead to the server of the original.
    return resolve(rows[0]!.data_directory) === (await realpath(files.home)) ? 'ready' : 'refused';
  } catch (error) {
    const code = errorCode(error);
    if (code === '57P03') return 'starting';
    return code?.startsWith('28') ? 'refused' : 'silent';
  }
}

/**
 * Points a stale postmaster.pid at no process. Removing it would also remove the key by which PostgreSQL recognises
 * that backends of a killed postmaster are still writing.
 */
async function disown(files: ClusterFiles): Promise<void> {
  const [, ...rest] = (await readFile(files.pid, 'utf8')).split('\n');
  await writeFile(files.pid, [NOBODYS_PID, ...rest].join('\n'));
}

async function credentials(files: ClusterFiles, port: number): Promise<ClientConfig & { password: string }> {
  const password = await readFile(files.password, 'utf8').catch((cause: unknown) => {
    throw new Error(`The password of the embedded PostgreSQL cannot be read from ${files.password}.`, {
      cause,
    });
  });
  return { host: HOST, port, user: SUPERUSER, password, ssl: false };
}
