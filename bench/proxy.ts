import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { freePort } from '../test/support/free-port';
import { isLive } from '../test/support/node-process';
import { findProgram } from '../test/support/programs';
import { until } from '../test/support/until';
import { whenDone } from './program';
import type { Server } from './stage';

const COMMITTED = resolve(__dirname, '../../deploy/haproxy.cfg');

/** HAProxy in front of one process, configured as committed but for the addresses. */
export class Proxy {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  static async start(server: Server, dataDir: string): Promise<Proxy> {
    const program = await findProgram({ title: 'HAProxy', names: ['haproxy'], debianPackage: 'haproxy' });
    if (!program) throw new Error('--behind-proxy needs haproxy on the PATH');
    const address = `127.0.0.1:${await freePort()}`;
    const file = join(dataDir, 'haproxy.cfg');
    const committed = await readFile(COMMITTED, 'utf8');
    await writeFile(
      file,
      committed
        .replace('bind :3000', `bind ${address}`)
        .replaceAll('server api-1 api-1:3000', `server api-1 ${new URL(server.url).host}`)
        .replaceAll(/^ *server api-2 .*\n/gm, ''),
    );
    const child = spawn(program, ['-f', file], { stdio: 'ignore' });
    const proxy = new Proxy(child, `http://${address}`);
    whenDone(() => proxy.end());
    await until(() => isLive(proxy.url), 'HAProxy did not start');
    return proxy;
  }

  get pid(): number {
    return this.child.pid!;
  }

  private async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill();
    await exited;
  }
}
