import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { type Edge, startEdge } from '../../support/edge';
import { openSocket } from '../../support/raw-http';

/** More than the system keeps for a connection. */
const LARGE = Buffer.alloc(16 * 1024 ** 2);

const answer: RequestListener = ({ url }, response) => {
  if (url === '/large') response.end(LARGE);
  else if (url === '/stream') Readable.from(endlessly()).pipe(response);
  else response.end('Here you are');
};

function* endlessly(): Generator<Buffer> {
  for (;;) yield LARGE.subarray(0, 64 * 1024);
}

describe('Clients that do not read on', () => {
  let edge: Edge;
  let clients: Socket[];

  beforeEach(async () => {
    clients = [];
    edge = await startEdge(answer, 10);
  });
  afterEach(async () => {
    for (const client of clients) client.destroy();
    await edge.close();
  });

  /** Takes the first bytes of its answer. */
  async function begin(path: string): Promise<Socket> {
    const client = openSocket(edge.url);
    clients.push(client);
    client.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    await once(client, 'data');
    return client.pause();
  }

  async function readOn(client: Socket): Promise<number> {
    let bytes = 0;
    const over = new Promise<void>((resolve) => {
      client.on('close', resolve).on('data', (data: Buffer) => {
        bytes += data.length;
        if (bytes > LARGE.length - 1024 ** 2) resolve();
      });
    });
    client.resume();
    await over;
    return bytes;
  }

  it.each([
    ['/large', 7],
    ['/stream', 300],
  ])('of %s take no place from those who ask', async (path, count) => {
    for (let client = 0; client < count; client++) await begin(path);

    const others = Array.from({ length: 10 }, () => fetch(edge.url, { signal: AbortSignal.timeout(10_000) }));
    for (const { status } of await Promise.all(others)) expect(status).toBe(200);
  });

  it('are hung up on when their answers fill the memory, the first one first', async () => {
    const first = await begin('/large');
    for (let client = 0; client < 8; client++) await begin('/large');
    const last = await begin('/large');

    expect(await readOn(first)).toBeLessThan(LARGE.length / 2);
    expect(await readOn(last)).toBeGreaterThan(LARGE.length / 2);
  });

  it('get all of their answers when the process stops', async () => {
    const client = await begin('/large');
    const other = await begin('/large');
    const closed = edge.close();
    await once(other.resume(), 'close');

    expect(await readOn(client)).toBeGreaterThan(LARGE.length / 2);
    await closed;
  });

  it('get all of their answers when others need the connection', async () => {
    await edge.close();
    edge = await startEdge(answer, 10, 1);
    const client = await begin('/large');
    await once(openSocket(edge.url), 'close');

    expect(await readOn(client)).toBeGreaterThan(LARGE.length / 2);
  });
});
