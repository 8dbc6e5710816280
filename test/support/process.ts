import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { freePort, until } from './redis';

const SOURCES = join(__dirname, '..', '..', 'src');

export interface UsherProcess {
  url: string;
  pid: number;
  /** Everything that it has printed. */
  output(): string;
  /** Ends it and resolves with its exit code, null when the signal ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  /** Presses Ctrl-C: a terminal tells the whole group, for which the process must have one of its own. */
  interrupt(): Promise<number | null>;
}

/** What a process that has come to its end has left. */
export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Starts Usher as the operating system does: a process of its own, configured by its environment alone. */
export async function startProcess(
  variables: Record<string, string>,
  program: 'main' | 'worker' = 'main',
  { inOwnGroup = false } = {},
): Promise<UsherProcess> {
  const port = variables.PORT ?? String(await freePort());
  const environment = { LOG_FORMAT: 'json', RATE_LIMIT: 'off', ...variables, PORT: port };
  const child = launch(program, [], environment, inOwnGroup);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => (output += data.toString()));
  const url = `http://127.0.0.1:${port}`;
  try {
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`Usher ended with ${child.exitCode}`);
      return program === 'worker' ? output.includes('The worker is ready') : isLive(url);
    }, 'Usher did not start');
  } catch (error) {
    await end(child, 'SIGKILL');
    throw new Error(output, { cause: error });
  }
  return {
    url,
    pid: child.pid!,
    output: () => output,
    stop: (signal) => end(child, signal),
    interrupt: () => end(child, 'SIGINT', -child.pid!),
  };
}

/** Runs a program to its end: the command line tool, or a process that will not start. */
export async function runToEnd(
  program: 'main' | 'worker' | 'cli',
  args: string[],
  variables: Record<string, string>,
): Promise<Outcome> {
  const child = launch(program, args, variables);
  const exited = once(child, 'close');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await exited;
  return { code: child.exitCode, stdout, stderr };
}

function launch(program: string, args: string[], variables: Record<string, string>, detached = false) {
  return spawn(process.execPath, ['--enable-source-maps', join(SOURCES, `${program}.js`), ...args], {
    env: { PATH: process.env.PATH, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached,
  });
}

async function end(
  child: ChildProcess,
  signal: NodeJS.Signals = 'SIGTERM',
  pid = child.pid!,
): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = once(child, 'exit');
  process.kill(pid, signal);
  await exited;
  return child.exitCode;
}

function isLive(url: string): Promise<boolean> {
  return fetch(`${url}/health/live`).then(
    ({ ok }) => ok,
    () => false,
  );
}
