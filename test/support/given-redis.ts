import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { Redis } from 'ioredis';
import { freePort } from './free-port';
import type { TestRedis } from './redis';

/**
 * A database of its own for each of Jest's workers, counted from the one that the URL names: specs that run at the same
 * time share nothing.
 */
export function databaseOfWorker(given: string, worker = Number(process.env.JEST_WORKER_ID ?? 1)): string {
  const url = new URL(given);
  url.pathname = `/${databaseIn(url) + worker - 1}`;
  return url.href;
}

/**
 * The way to the database that the URL names, which is emptied now and whenever the way is cut; nothing else on its server
 * is touched. Throws when the server has no such database.
 */
export async function startProxy(url: string): Promise<TestRedis> {
  const target = new URL(url);
  const port = await freePort();
  /** Who gets the answers of each connection to the server. */
  const links = new Map<Socket, Socket>();
  let frozen = false;
  let full = false;
  const proxy = createServer((client) => {
    const upstream = connect(Number(target.port || 6379), target.hostname);
    links.set(upstream, client);
    for (const socket of [client, upstream]) socket.on('error', () => undefined);
    upstream.on('close', () => client.destroy());
    client.on('close', () => {
      upstream.destroy();
      links.delete(upstream);
    });
    client.on('data', (commands: Buffer) => upstream.write(full ? withoutScripts(commands) : commands));
    client.on('end', () => upstream.end());
    if (!frozen) upstream.pipe(client);
  });
  const through = new URL(url);
  through.hostname = '127.0.0.1';
  through.port = String(port);
  const redis: TestRedis = {
    url: through.href,
    async start() {
      proxy.listen(port, '127.0.0.1');
      await once(proxy, 'listening');
    },
    async stop() {
      const closed = new Promise((resolve) => proxy.close(resolve));
      for (const client of links.values()) client.destroy();
      await closed;
      await empty(target);
    },
    freeze() {
      frozen = true;
      links.forEach((client, upstream) => upstream.unpipe(client));
    },
    thaw() {
      frozen = false;
      links.forEach((client, upstream) => upstream.pipe(client));
    },
    fill: () => Promise.resolve(void (full = true)),
    drain: () => Promise.resolve(void (full = false)),
    close: () => (proxy.listening ? redis.stop() : Promise.resolve()),
  };
  await empty(target);
  await redis.start();
  return redis;
}

/** Bull writes by scripts. With the names of those commands misspelt the server answers them with an error. */
function withoutScripts(commands: Buffer): Buffer {
  return Buffer.from(commands.toString('latin1').replace(/\beval(?=(sha)?\b)/gi, 'evil'), 'latin1');
}

/** Forgets everything, as a restart without persistence does. */
async function empty(target: URL): Promise<void> {
  const server = new URL(target);
  server.pathname = '';
  const client = new Redis(server.href, { lazyConnect: true, retryStrategy: null });
  client.on('error', () => undefined);
  try {
    await client.connect();
    // Not by the URL: ioredis stays in database 0 when it cannot have another.
    await client.select(databaseIn(target));
    await client.flushdb();
  } catch (error) {
    const what = `Database ${databaseIn(target)} of the Redis in REDIS_URL cannot be emptied`;
    throw new Error(`${what}: ${(error as Error).message}`, { cause: error });
  } finally {
    client.disconnect();
  }
}

function databaseIn({ pathname }: URL): number {
  return Number(pathname.slice(1));
}
