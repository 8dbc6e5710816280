import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { isLive, NodeProcess, PRODUCTION_FLAGS } from '../test/support/node-process';
import { whenDone } from './program';

const BUILT = join(__dirname, '..');

/** A process that the bench starts, talks to and stops, at the latest when it is done. */
export class Child extends NodeProcess {
  /** The program is named as in `dist/`, or by a whole path. */
  static start(program: string, variables: Record<string, string>, nodeFlags: string[] = []): Child {
    const child = new Child([...nodeFlags, resolve(BUILT, program)], variables, {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    whenDone(() => child.end());
    return child;
  }

  /** A server that runs as in production, but for more flags. */
  static startServer(program: string, variables: Record<string, string>, flags: string[] = []): Child {
    return Child.start(program, variables, [...PRODUCTION_FLAGS, ...flags]);
  }

  /** Sends a message and waits for the one that comes back. */
  async ask<Answer>(message: object): Promise<Answer> {
    const settled = new AbortController();
    const { signal } = settled;
    this.child.send(message);
    try {
      return await Promise.race([
        once(this.child, 'message', { signal }).then(([answer]) => answer as Answer),
        once(this.child, 'exit', { signal }).then(([code]) => {
          throw new Error(`Process ${this.pid} ended with ${code}`);
        }),
      ]);
    } finally {
      settled.abort();
    }
  }

  untilLive(url: string): Promise<void> {
    return this.until(() => isLive(url), `Process ${this.pid}`);
  }
}
