import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { until } from './until';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { 'start:prod': string } };

/** With what Node is started in production, but for the file of variables: here each process is given its own. */
export const PRODUCTION_FLAGS = scripts['start:prod']
  .split(' ')
  .filter((word) => /^--(?!env-file)/.test(word));

/** A process of Node that is configured by its environment alone. */
export class NodeProcess {
  readonly child: ChildProcess;

  constructor(args: string[], variables: Record<string, string>, options: SpawnOptions) {
    const env = { PATH: process.env.PATH, ...variables };
    this.child = spawn(process.execPath, args, { ...options, env });
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Resolves when the condition holds; throws when the process ends before. */
  async until(isReady: () => Promise<boolean> | boolean, name: string): Promise<void> {
    await until(() => {
      if (this.hasEnded()) throw new Error(`${name} ended with ${this.child.exitCode}`);
      return isReady();
    }, `${name} did not start`);
  }

  /**
   * Ends it and resolves with its exit code, null when the signal ended it. A negative `pid` is that of the group that
   * a detached process leads.
   */
  async end(signal: NodeJS.Signals = 'SIGTERM', pid = this.pid): Promise<number | null> {
    if (!this.hasEnded()) {
      const exited = once(this.child, 'exit');
      process.kill(pid, signal);
      await exited;
    }
    return this.child.exitCode;
  }

  private hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }
}

/** Whether Usher answers there. A process that is stopped takes connections and answers nobody. */
export function isLive(url: string): Promise<boolean> {
  return fetch(`${url}/health/live`, { signal: AbortSignal.timeout(2_000) }).then(
    ({ ok }) => ok,
    () => false,
  );
}
