import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { BEHIND_POOLER } from './environment';
import { freePort } from './free-port';
import { isLive, NodeProcess } from './node-process';

const SOURCES = join(__dirname, '..', '..', 'src');
const SOURCE_MAPS = ['--enable-source-maps'];

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

export interface StartOptions {
  inOwnGroup?: boolean;
  /** Node's own. */
  flags?: string[];
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
  { inOwnGroup = false, flags = SOURCE_MAPS }: StartOptions = {},
): Promise<UsherProcess> {
  const port = variables.PORT ?? String(await freePort());
  const environment = { LOG_FORMAT: 'json', RATE_LIMIT: 'off', ...BEHIND_POOLER, ...variables, PORT: port };
  const running = launch([...flags, pathOf(program)], environment, inOwnGroup);
  const { child, pid } = running;
  let output = '';
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (data: Buffer) => (output += data.toString()));
  const url = `http://127.0.0.1:${port}`;
  try {
    await running.until(
      () => (program === 'worker' ? output.includes('The worker is ready') : isLive(url)),
      'Usher',
    );
  } catch (error) {
    await running.end('SIGKILL');
    throw new Error(output, { cause: error });
  }
  return {
    url,
    pid,
    output: () => output,
    stop: (signal) => running.end(signal),
    interrupt: () => running.end('SIGINT', -pid),
  };
}

/** Runs a program to its end: the command line tool, or a process that will not start. */
export async function runToEnd(
  program: 'main' | 'worker' | 'cli',
  args: string[],
  variables: Record<string, string>,
): Promise<Outcome> {
  const { child } = startCommand(args, variables, program);
  const exited = once(child, 'close');
  const [stdout, stderr] = await Promise.all([text(child.stdout!), text(child.stderr!)]);
  await exited;
  return { code: child.exitCode, stdout, stderr };
}

/** Starts a command of the command line tool, or what will end by itself likewise. */
export function startCommand(
  args: string[],
  variables: Record<string, string>,
  program: 'main' | 'worker' | 'cli' = 'cli',
): NodeProcess {
  return launch([...SOURCE_MAPS, pathOf(program), ...args], variables);
}

function pathOf(program: string): string {
  return join(SOURCES, `${program}.js`);
}

function launch(args: string[], variables: Record<string, string>, detached = false): NodeProcess {
  return new NodeProcess(args, variables, { stdio: ['ignore', 'pipe', 'pipe'], detached });
}
