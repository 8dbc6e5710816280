import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { NodeProcess } from '../support/node-process';

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
  private running?: NodeProcess;

  constructor(private readonly options: ProgramOptions) {}

  async start(): Promise<void> {
    const { file, nodeFlags = [], variables, logFile, isReady } = this.options;
    const running = new NodeProcess(['--require', LEASH, ...nodeFlags, file], variables, {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const log = createWriteStream(logFile, { flags: 'a' });
    running.child.stdout!.pipe(log, { end: false });
    running.child.stderr!.pipe(log, { end: false });
    // Whoever is killed here was given up before.
    running.child.once('exit', () => (this.deaths += this.running === running ? 1 : 0));
    this.running = running;
    await running.until(isReady, `${file}, which writes to ${logFile},`);
  }

  async kill(): Promise<void> {
    const { running } = this;
    this.running = undefined;
    await running?.end('SIGKILL');
  }

  /** A process that was stopped is killed like any other, so this needs no counterpart at the end. */
  signal(signal: 'SIGSTOP' | 'SIGCONT' | 'SIGUSR2'): void {
    this.running?.child.kill(signal);
  }
}
