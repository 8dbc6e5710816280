import { chmod, mkdir, readdir, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MEMORY = '/dev/shm';
/** More than all tests together leave lying about at any time. */
const ROOM = 1024 ** 3;

/**
 * A folder for what tests write: in memory if there is room, because making a database on a disk may take ten times as
 * long. What a run has left that was killed goes away, unless it is another user's, root's for one.
 */
export async function makeScratchFolder(): Promise<string> {
  const place = (await hasRoom()) ? MEMORY : tmpdir();
  for (const name of await readdir(place)) {
    const [, pid] = /^usher-tests-(\d+)$/.exec(name) ?? [];
    if (pid && !isRunning(Number(pid))) await rm(join(place, name), { recursive: true }).catch(leave);
  }
  const folder = join(place, `usher-tests-${process.pid}`);
  await mkdir(folder);
  // For PostgreSQL too, which has an account of its own under root.
  await chmod(folder, 0o1777);
  return folder;
}

function hasRoom(): Promise<boolean> {
  return statfs(MEMORY).then(
    ({ bavail, bsize }) => bavail * bsize > ROOM,
    () => false,
  );
}

function leave(error: NodeJS.ErrnoException): void {
  // A run that begins at the same time may have taken it away.
  if (!['EACCES', 'EPERM', 'ENOENT'].includes(error.code!)) throw error;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
