import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';

/** Answers everybody with 204, tells its port, and lets two connections wait for it. */
const PROGRAM = `
  const server = require('node:http').createServer((_, response) => response.writeHead(204).end());
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(server.address().port));`;

const WAITING = 2;

/**
 * A receiver to which a connection takes a second: it sleeps and as many connections as it allows wait for it, so that
 * the next one's first packet is lost. Wake it when that was sent; the second packet follows after a second.
 */
export interface DistantReceiver {
  port: number;
  wake(): void;
  close(): Promise<void>;
}

export async function startDistantReceiver(): Promise<DistantReceiver> {
  const child = spawn(process.execPath, ['-e', PROGRAM], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const port = Number(line);
  child.kill('SIGSTOP');
  const waiting = Array.from({ length: WAITING }, () => connect(port, '127.0.0.1'));
  await Promise.all(waiting.map((socket) => once(socket, 'connect')));
  return {
    port,
    wake: () => child.kill('SIGCONT'),
    async close() {
      waiting.forEach((socket) => socket.destroy());
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}
