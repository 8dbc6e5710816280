import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Client } from '../support/client';
import { type MailServer, startMailServer } from '../support/mail-server';
import { isLive } from '../support/node-process';
import { freePort } from '../support/free-port';
import { findRedis, startRedis, type TestRedis } from '../support/redis';
import { Postgres } from './postgres';
import { Program } from './program';

export interface Api {
  program: Program;
  client: Client;
}

/** Everything that a run stands on: two API processes, a worker, PostgreSQL, Redis and a mail server, all real. */
export interface Stage {
  directory: string;
  postgres: Postgres;
  redis: TestRedis;
  mail: MailServer;
  apis: readonly [Api, Api];
  worker: Program;
  close(): Promise<void>;
}

/** `built` is the folder of the compiled Usher, which may be one with a bug in it. */
export async function openStage(directory: string, built: string): Promise<Stage> {
  await mkdir(directory, { recursive: true });
  const postgres = await Postgres.start(join(directory, 'db'));
  process.env.TEST_REDIS = JSON.stringify(await findRedis());
  const redis = await startRedis();
  const mail = await startMailServer();
  const apiKey = randomBytes(24).toString('hex');
  const variables = {
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    DATABASE_URL: postgres.url,
    DATA_DIR: join(directory, 'data'),
    REDIS_URL: redis.url,
    SMTP_URL: mail.url,
    BOOTSTRAP_API_KEY: apiKey,
    RATE_LIMIT: 'off',
    LOG_FORMAT: 'json',
    LOG_LEVEL: 'warn',
  };
  const startApi = async (index: number): Promise<Api> => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const program = new Program({
      file: join(built, 'src/main.js'),
      nodeFlags: ['--require', resolve(__dirname, 'clock.js')],
      variables: { ...variables, PORT: String(port), WORKER: 'off' },
      logFile: join(directory, `api-${index}.log`),
      isReady: () => isLive(url),
    });
    await program.start();
    return { program, client: new Client(url, apiKey) };
  };
  const workerPort = await freePort();
  const worker = new Program({
    file: join(built, 'src/worker.js'),
    variables: { ...variables, WORKER_PORT: String(workerPort) },
    logFile: join(directory, 'worker.log'),
    isReady: () => isLive(`http://127.0.0.1:${workerPort}`),
  });
  const apis: [Api, Api] = [await startApi(0), await startApi(1)];
  await worker.start();
  return {
    directory,
    postgres,
    redis,
    mail,
    apis,
    worker,
    async close() {
      await Promise.all([...apis.map(({ program }) => program.kill()), worker.kill()]);
      await redis.close();
      await mail.close();
      await postgres.remove();
    },
  };
}
