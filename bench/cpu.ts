import { readdir, readFile } from 'node:fs/promises';

/** The kernel counts CPU time for user space in hundredths of a second, whatever its own clock does. */
const TICKS_PER_SECOND = 100;

/** Reads what Linux tells about processes; elsewhere the answers are NaN and the columns stay empty. */
export async function cpuSecondsOf(pid: number): Promise<number> {
  const stat = await readStat(pid);
  return stat ? stat.own / TICKS_PER_SECOND : NaN;
}

/** CPU time of a server and all its children, those that have ended included. */
export async function cpuSecondsOfTree(pid: number): Promise<number> {
  const root = await readStat(pid);
  if (!root) return NaN;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const all = await Promise.all(pids.map((each) => readStat(Number(each))));
  const children = all.filter((stat) => stat?.parent === pid);
  const ticks = children.reduce((sum, stat) => sum + (stat?.own ?? 0), root.own + root.endedChildren);
  return ticks / TICKS_PER_SECOND;
}

/** CPU time of the whole machine: what was worked, and what there was. */
export async function cpuSecondsOfMachine(): Promise<{ busy: number; all: number }> {
  const stat = await readFile('/proc/stat', 'utf8').catch(() => '');
  // See proc_stat(5): user, nice, system, idle, iowait, irq, softirq, steal.
  const fields = stat.split('\n', 1)[0]!.split(/ +/).slice(1, 9).map(Number);
  const all = fields.reduce((sum, ticks) => sum + ticks, 0);
  return { busy: (all - fields[3]! - fields[4]!) / TICKS_PER_SECOND, all: all / TICKS_PER_SECOND };
}

/** Resident memory in megabytes. */
export async function memoryOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? NaN) / 1024;
}

interface Stat {
  parent: number;
  own: number;
  endedChildren: number;
}

/** See proc_pid_stat(5). The second field is the program's name in parentheses and may hold spaces. */
async function readStat(pid: number): Promise<Stat | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (!stat) return undefined;
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [utime, stime, cutime, cstime] = fields.slice(11, 15) as [number, number, number, number];
  return { parent: fields[1]!, own: utime + stime, endedChildren: cutime + cstime };
}
