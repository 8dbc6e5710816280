import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from './free-port';
import { databaseOfWorker, startProxy } from './given-redis';
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
      '  1. set REDIS_URL to a Redis; from its database on, one for each worker of Jest is emptied\n' +
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
  /** Lets it refuse what Bull writes, as a server does that has no memory left. */
  fill(): Promise<void>;
  drain(): Promise<void>;
  close(): Promise<void>;
}

/** A Redis that the test may stop and start. Of a server that was given only the way to it is cut. */
export async function startRedis(source = sourceOfTests()): Promise<TestRedis> {
  return 'binary' in source ? startServer(source.binary) : startProxy(source.url);
}

function sourceOfTests(): RedisSource {
  const source = JSON.parse(process.env.TEST_REDIS ?? 'null') as RedisSource | null;
  if (!source) throw new Error('TEST_REDIS is set by the global setup of the tests');
  return 'binary' in source ? source : { url: databaseOfWorker(source.url) };
}

async function startServer(binary: string): Promise<TestRedis> {
  const port = await freePort();
  const dir = await mkdtemp(join(tmpdir(), 'usher-redis-'));
  let server: ReturnType<typeof spawn> | undefined;
  const redis: TestRedis = {
    // Not the first database, in which those are who have chosen none.
    url: `redis://127.0.0.1:${port}/1`,
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
    fill: () => limitMemory(redis.url, '1'),
    drain: () => limitMemory(redis.url, '0'),
    async close() {
      await redis.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
  await redis.start();
  return redis;
}

/** `0` is no limit. */
async function limitMemory(url: string, bytes: string): Promise<void> {
  const client = new Redis(url);
  await client.config('SET', 'maxmemory', bytes);
  client.disconnect();
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
