import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { freePort, until } from './redis';

const SOURCES = join(__dirname, '..', '..', 'src');

export interface UsherProcess {
  url: string;
  pid: number;
  /** Everything that it has printed. */
  output(): string;
  /** Ends it and resolves with its exit code, null when the signal ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts Usher as the operating system does: a process of its own, configured by its environment alone. */
export async function startProcess(
  variables: Record<string, string>,
  program: 'main' | 'worker' = 'main',
): Promise<UsherProcess> {
  const port = variables.PORT ?? String(await freePort());
  const child = spawn(process.execPath, ['--enable-source-maps', join(SOURCES, `${program}.js`)], {
    env: { PATH: process.env.PATH, LOG_FORMAT: 'json', RATE_LIMIT: 'off', ...variables, PORT: port },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
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
  return { url, pid: child.pid!, output: () => output, stop: (signal) => end(child, signal) };
}

async function end(child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
  return child.exitCode;
}

function isLive(url: string): Promise<boolean> {
  return fetch(`${url}/health/live`).then(
    ({ ok }) => ok,
    () => false,
  );
}
