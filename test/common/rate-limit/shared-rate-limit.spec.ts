import { createDatabase, type TestDatabase } from '../../support/database';
import { startProcess, type UsherProcess } from '../../support/process';
import { startRedis, type TestRedis } from '../../support/redis';
import { until } from '../../support/until';

const QUOTA = 20;
const KEY = 'a-bootstrap-key-of-32-characters';

describe('The rate limit of two processes with one Redis', () => {
  let database: TestDatabase;
  let redis: TestRedis;
  let processes: UsherProcess[];
  let addresses = 0;

  beforeAll(async () => {
    database = await createDatabase();
    redis = await startRedis();
    processes = await Promise.all([start(), start()]);
  });
  afterAll(async () => {
    redis.thaw();
    await Promise.all(processes.map((one) => one.stop()));
    await redis.close();
    await database.drop();
  });

  function start(): Promise<UsherProcess> {
    return startProcess({
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
      BOOTSTRAP_API_KEY: KEY,
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      RATE_LIMIT: `${QUOTA}/3600s`,
      TRUST_PROXY: 'loopback',
      LOG_LEVEL: 'info',
    });
  }

  function send(one: UsherProcess, headers: Record<string, string>): Promise<Response> {
    return fetch(`${one.url}/api/v1/me`, { headers });
  }

  function remaining({ headers }: Response): number {
    return Number(/;r=(\d+);/.exec(headers.get('ratelimit')!)![1]);
  }

  /** Whether the second process knows what a new client spent at the first one. */
  async function isShared(): Promise<boolean> {
    const client = { 'X-Forwarded-For': `192.0.2.${++addresses}` };
    const left = [await send(processes[0]!, client), await send(processes[1]!, client)].map(remaining);
    return left[1] === left[0]! - 1;
  }

  function untilAllSay(words: string): Promise<void> {
    return until(() => processes.every((one) => one.output().includes(words)), `Not all say "${words}"`);
  }

  it('is one limit', async () => {
    const answers = await Promise.all(
      Array.from({ length: 2 * QUOTA }, (_, index) => send(processes[index % 2]!, { 'X-API-KEY': KEY })),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array<number>(QUOTA).fill(200), ...Array<number>(QUOTA).fill(429)]);
  });

  it('is counted by each process while Redis is down, and together again when it is back', async () => {
    expect(await isShared()).toBe(true);
    await redis.stop();
    const client = { 'X-Forwarded-For': '198.51.100.1' };
    for (const one of processes) {
      for (let left = QUOTA; left > 0; left--) expect((await send(one, client)).status).toBe(401);
      expect((await send(one, client)).status).toBe(429);
    }

    await untilAllSay('Redis is away');
    await redis.start();
    await until(isShared, 'The processes never counted together again');
    await untilAllSay('Redis is back');
  });

  it('is counted by a process that starts without Redis, and together when it comes', async () => {
    await redis.stop();
    await processes[1]!.stop();
    processes[1] = await start();
    expect((await send(processes[1], { 'X-API-KEY': 'made up' })).status).toBe(401);
    await redis.start();
    await until(isShared, 'The processes never counted together');
  });

  it('lets requests go on while Redis takes connections and answers nobody', async () => {
    await until(isShared, 'The processes do not count together');
    redis.freeze();
    const client = { 'X-Forwarded-For': '198.51.100.2' };
    for (const one of processes) {
      const answers = await Promise.all(Array.from({ length: 5 }, () => send(one, client)));
      expect(answers.map(({ status }) => status)).toEqual(Array<number>(5).fill(401));
    }
    expect(await isShared()).toBe(false);
    redis.thaw();
    await until(isShared, 'The processes never counted together again');
  });
});
