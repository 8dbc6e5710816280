import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const BUILT = join(__dirname, '..');
const START_MS = 60_000;

/** A Node process that the bench starts and stops. Its program is named as in `dist/`, or by a whole path. */
export class Child {
  private constructor(private readonly child: ChildProcess) {}

  static start(program: string, variables: Record<string, string>, nodeFlags: string[] = []): Child {
    return new Child(
      fork(resolve(BUILT, program), {
        env: { PATH: process.env.PATH, ...variables },
        execArgv: nodeFlags,
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      }),
    );
  }

  get pid(): number {
    return this.child.pid!;
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

  async untilLive(url: string): Promise<void> {
    const deadline = Date.now() + START_MS;
    while (!(await isLive(url))) {
      if (this.child.exitCode !== null) throw new Error(`Process ${this.pid} did not start`);
      if (Date.now() > deadline) throw new Error(`Nothing answers on ${url}`);
      await sleep(50);
    }
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await exited;
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

function isLive(url: string): Promise<boolean> {
  return fetch(`${url}/health/live`).then(
    ({ ok }) => ok,
    () => false,
  );
}
