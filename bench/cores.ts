import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';

const LAST = availableParallelism() - 1;

/** Cores for the crowd and for everything that serves it, so that the crowd's own work is not mistaken for the server's. */
export const CORES = { servers: LAST > 1 ? `0-${LAST - 1}` : '0', crowd: `${LAST}` };

/** Keeps a process, its threads and what it starts from now on to some of the cores. Needs Linux. */
export async function confine(pid: number, cores: string): Promise<void> {
  await promisify(execFile)('taskset', ['--all-tasks', '--cpu-list', '--pid', cores, `${pid}`]);
}
