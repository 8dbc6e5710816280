import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const HEARTBEAT_MS = 2_000;
const ABANDONED_AFTER_MS = 15_000;
const GIVE_UP_AFTER_MS = 180_000;

/** Our own pid under a token we do not know is a predecessor's: in a container every start is pid 1. */
const tokensOfThisProcess = new Set<string>();

/**
 * One at a time, across processes and within this one. A holder that was killed is noticed by its pid, or, when
 * that pid lives on as something else, by the heartbeat that stopped.
 */
export async function withFileLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const token = `${process.pid} ${randomUUID()}`;
  tokensOfThisProcess.add(token);
  try {
    await take(file, token);
    const heartbeat = setInterval(() => void touch(file), HEARTBEAT_MS);
    try {
      return await work();
    } finally {
      clearInterval(heartbeat);
      await give(file, token);
    }
  } finally {
    tokensOfThisProcess.delete(token);
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

export function errorCode(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}

/** For people who start Usher as somebody else than the last time, as after `sudo npm start`. */
export function belongsToAnother(path: string): Error {
  return new Error(
    `${path} belongs to another user: start Usher as that user, set another DATA_DIR, or set DATABASE_URL.`,
  );
}

async function take(file: string, token: string): Promise<void> {
  const deadline = Date.now() + GIVE_UP_AFTER_MS;
  while (!(await create(file, token))) {
    await removeIfAbandoned(file);
    if (Date.now() > deadline) {
      throw new Error(`Another process has been starting or stopping PostgreSQL for too long (${file}).`);
    }
    await sleep(50);
  }
}

async function create(file: string, token: string): Promise<boolean> {
  try {
    await writeFile(file, token, { flag: 'wx' });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw errorCode(error) === 'EACCES' ? belongsToAnother(dirname(file)) : error;
  }
}

async function give(file: string, token: string): Promise<void> {
  // A holder that was suspended may have lost the lock meanwhile; what lies there now is somebody else's.
  if ((await readIfThere(file)) === token) await rm(file, { force: true });
}

async function removeIfAbandoned(file: string): Promise<void> {
  const holder = await readIfThere(file);
  if (holder === undefined || !(await isAbandoned(file, holder))) return;
  // Two processes may find the same abandoned lock. Without looking again after moving it aside,
  // the slower one would remove the lock that the faster one has taken since.
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
    if ((await readFile(aside, 'utf8')) !== holder) await link(aside, file);
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes(errorCode(error) ?? '')) throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

async function isAbandoned(file: string, holder: string): Promise<boolean> {
  const pid = Number.parseInt(holder, 10);
  if (pid === process.pid) return !tokensOfThisProcess.has(holder);
  if (pid > 0 && !isAlive(pid)) return true;
  const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Date.now() }));
  return Date.now() - mtimeMs > ABANDONED_AFTER_MS;
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function touch(file: string): Promise<void> {
  const now = new Date();
  await utimes(file, now, now).catch(() => undefined);
}
