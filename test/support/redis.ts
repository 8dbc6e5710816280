import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port';
import { findProgram } from './programs';
import { until } from './until';

/** Where the tests have their Redis from: a program that they start, or a server that was given. */
export type RedisSource = { binary: string } | { url: string };

const REDIS = { title: 'Redis', names: ['redis-server', 'valkey-server'], debianPackage: 'redis-server' };

/** `REDIS_URL`, or a program on the PATH, or, as root on Debian and its kin, the package. */
export async function findRedis(): Promise<RedisSource> {
  const url = process.env.REDIS_URL;
  if (url) return { url };
  const binary = await findProgram(REDIS);
  if (binary) return { binary };
  throw new Error(
    'The tests need a Redis. Do one of these and run them again:\n' +
      '  1. set REDIS_URL to a Redis that the tests may write to and empty\n' +
      '  2. put redis-server or valkey-server on the PATH\n' +
      '  3. run as root on Debian or Ubuntu, where the tests install redis-server by themselves',
  );
}

export interface TestRedis {
  url: string;
  /** Stops the server, which forgets everything. */
  stop(): Promise<void>;
  /** Starts it again on the same address. */
  start(): Promise<void>;
  /** Lets it fall silent: it takes connections and answers nobody. */
  freeze(): void;
  thaw(): void;
  close(): Promise<void>;
}

/** A Redis that the test may stop and start. Of a server that was given only the way to it is cut. */
export async function startRedis(): Promise<TestRedis> {
  const source = JSON.parse(process.env.TEST_REDIS ?? 'null') as RedisSource | null;
  if (!source) throw new Error('TEST_REDIS is set by the global setup of the tests');
  return 'binary' in source ? startServer(source.binary) : startProxy(source.url);
}

async function startServer(binary: string): Promise<TestRedis> {
  const port = await freePort();
  const dir = await mkdtemp(join(tmpdir(), 'usher-redis-'));
  let server: ReturnType<typeof spawn> | undefined;
  const redis: TestRedis = {
    url: `redis://127.0.0.1:${port}`,
    async start() {
      const args = [
        '--port',
        String(port),
        '--bind',
        '127.0.0.1',
        '--save',
        '',
        '--appendonly',
        'no',
        '--dir',
        dir,
      ];
      server = spawn(binary, args, { stdio: 'ignore' });
      await until(() => answers(port), `${binary} did not start`);
    },
    async stop() {
      if (!server || server.exitCode !== null) return;
      const exited = once(server, 'exit');
      server.kill('SIGKILL');
      await exited;
    },
    freeze: () => void server?.kill('SIGSTOP'),
    thaw: () => void server?.kill('SIGCONT'),
    async close() {
      await redis.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
  await redis.start();
  return redis;
}

async function startProxy(url: string): Promise<TestRedis> {
  const target = new URL(url);
  const port = await freePort();
  /** Who gets the answers of each connection to the server. */
  const links = new Map<Socket, Socket>();
  let frozen = false;
  const proxy = createServer((client) => {
    const upstream = connect(Number(target.port || 6379), target.hostname);
    links.set(upstream, client);
    for (const socket of [client, upstream]) socket.on('error', () => undefined);
    upstream.on('close', () => client.destroy());
    client.on('close', () => {
      upstream.destroy();
      links.delete(upstream);
    });
    client.pipe(upstream);
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
      await flush(target);
    },
    freeze() {
      frozen = true;
      links.forEach((client, upstream) => upstream.unpipe(client));
    },
    thaw() {
      frozen = false;
      links.forEach((client, upstream) => upstream.pipe(client));
    },
    close: () => (proxy.listening ? redis.stop() : Promise.resolve()),
  };
  await flush(target);
  await redis.start();
  return redis;
}

/** Forgets everything, as a restart without persistence does. */
async function flush(target: URL): Promise<void> {
  const socket = connect(Number(target.port || 6379), target.hostname);
  await once(socket, 'connect');
  if (target.password) socket.write(`AUTH ${target.password}\r\n`);
  socket.write('FLUSHDB\r\n');
  await once(socket, 'data');
  socket.destroy();
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
