import { DataSource } from 'typeorm';
import { Health } from '../../../src/common/observability/health';
import { startApp, type TestApp } from '../../support/app';
import { Scrape } from '../../support/metrics';
import { startRedis, type TestRedis } from '../../support/redis';
import { setBack } from '../../support/time';
import { until } from '../../support/until';

describe('Health', () => {
  let redis: TestRedis;
  let app: TestApp;

  beforeAll(async () => {
    redis = await startRedis();
    app = await startApp({ REDIS_URL: redis.url });
  });
  afterAll(async () => {
    await app.close();
    await redis.close();
  });

  const ask = async (path: string) => {
    const answer = await fetch(`${app.url}/health/${path}`);
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };

  const untilReady = () => until(async () => (await ask('ready')).status === 200, 'It is not ready again');

  it('is ready when everything is there', async () => {
    expect(await ask('ready')).toEqual({ status: 200, body: { status: 'ok', database: 'up', redis: 'up' } });
  });

  it('is ready and degraded while Redis is away or silent, and metrics go without its gauges', async () => {
    for (const [leave, comeBack] of [
      [() => redis.freeze(), () => redis.thaw()],
      [() => redis.stop(), () => redis.start()],
    ] as const) {
      await leave();
      await until(async () => (await ask('ready')).body.redis === 'down', 'Redis is not missed');
      expect(await ask('ready')).toEqual({
        status: 200,
        body: { status: 'degraded', database: 'up', redis: 'down' },
      });
      const told = await Scrape.of(app.url);
      expect(told.value('usher_redis_up')).toBe(0);
      expect(told.value('usher_queue_jobs', { queue: 'email', state: 'waiting' })).toBeUndefined();
      await comeBack();
      await until(async () => (await ask('ready')).body.redis === 'up', 'Redis is not found again');
    }
    const told = await Scrape.of(app.url);
    expect(told.value('usher_redis_up')).toBe(1);
    expect(told.value('usher_queue_jobs', { queue: 'email', state: 'waiting' })).toBe(0);
  });

  it('finds out as soon when the clock is set back', async () => {
    expect((await ask('ready')).body.redis).toBe('up');
    expect((await Scrape.of(app.url)).value('usher_redis_up')).toBe(1);
    setBack(600);
    await redis.stop();
    await until(async () => (await ask('ready')).body.redis === 'down', 'Redis is not missed', 10);
    const seesRedis = async () => (await Scrape.of(app.url)).value('usher_redis_up') === 1;
    await until(async () => !(await seesRedis()), 'Metrics do not miss Redis', 10);
    await redis.start();
    await until(seesRedis, 'Redis is not found again');
    jest.restoreAllMocks();
  });

  it('is not ready before the migrations of this version have run', async () => {
    const [latest] = await app.database.query<{ name: string }>(
      'DELETE FROM migrations WHERE id = (SELECT max(id) FROM migrations) RETURNING *',
    );
    await until(async () => (await ask('ready')).status === 503, 'The migration is not missed');
    const { body } = await ask('ready');
    expect(body.code).toBe('not_ready');
    expect(body.details).toEqual({ database: 'up', pending_migrations: [latest!.name] });

    await app.database.query('ALTER TABLE migrations RENAME TO migrations_elsewhere');
    const pending = async () => (await ask('ready')).body.details as { pending_migrations: string[] };
    await until(
      async () => (await pending()).pending_migrations.length > 1,
      'The other migrations are not missed',
    );
    await app.database.query('ALTER TABLE migrations_elsewhere RENAME TO migrations');
    await app.database.query('INSERT INTO migrations (timestamp, name) VALUES (0, $1)', [latest!.name]);
    await untilReady();
  });

  it('is not ready while the database does not answer, and alive all the same', async () => {
    const release = await app.database.hold('LOCK TABLE migrations IN ACCESS EXCLUSIVE MODE');
    await until(async () => (await ask('ready')).status === 503, 'The database is not missed');
    const { body } = await ask('ready');
    expect([body.code, body.details]).toEqual(['not_ready', { database: 'down' }]);
    expect(await ask('live')).toEqual({ status: 200, body: { status: 'ok' } });
    await release();
    await untilReady();
  });

  it('asks the database once for all who ask at a time', async () => {
    const asked = jest.spyOn(app.nest.get(DataSource), 'query');
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask('ready')));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(asked.mock.calls.length).toBeLessThan(10);
    asked.mockRestore();
  });

  it('is not ready any more when it shuts down', async () => {
    await app.nest.get(Health).close();
    const { status, body } = await ask('ready');
    expect([status, body.code, body.details]).toEqual([503, 'not_ready', { shutting_down: true }]);
    expect((await ask('live')).status).toBe(200);
  });
});

it('does not miss a Redis that is not configured', async () => {
  const app = await startApp();
  const answer = await fetch(`${app.url}/health/ready`);
  expect(await answer.json()).toEqual({ status: 'ok', database: 'up' });
  expect((await Scrape.of(app.url)).names).not.toContain('usher_redis_up');
  await app.close();
});
