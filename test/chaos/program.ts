import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { until } from '../support/redis';

const LEASH = join(__dirname, 'leash.js');

interface ProgramOptions {
  /** The compiled file. */
  file: string;
  nodeFlags?: string[];
  variables: Record<string, string>;
  logFile: string;
  isReady(): Promise<boolean>;
}

/** A process of Usher that is killed, stopped and started again, always with the same environment. */
export class Program {
  /** How often it has ended without being killed. */
  deaths = 0;
  private child?: ChildProcess;

  constructor(private readonly options: ProgramOptions) {}

  async start(): Promise<void> {
    const { file, nodeFlags = [], variables, logFile, isReady } = this.options;
    const child = spawn(process.execPath, ['--require', LEASH, ...nodeFlags, file], {
      env: { PATH: process.env.PATH, ...variables },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const log = createWriteStream(logFile, { flags: 'a' });
    child.stdout!.pipe(log, { end: false });
    child.stderr!.pipe(log, { end: false });
    // Whoever is killed here has a signal, whoever breaks down has a code.
    child.once('exit', (code) => (this.deaths += code === null ? 0 : 1));
    this.child = child;
    await until(() => {
      if (child.exitCode !== null) throw new Error(`${file} ended with ${child.exitCode}, see ${logFile}`);
      return isReady();
    }, `${file} did not start, see ${logFile}`);
  }

  async kill(): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }

  /** A process that was stopped is killed like any other, so this needs no counterpart at the end. */
  signal(signal: 'SIGSTOP' | 'SIGCONT' | 'SIGUSR2'): void {
    this.child?.kill(signal);
  }
}
