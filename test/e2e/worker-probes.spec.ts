import { freePort } from '../support/free-port';
import { Installation } from '../support/installation';
import { Scrape } from '../support/metrics';
import { startRedis, type TestRedis } from '../support/redis';

jest.setTimeout(120_000);

describe('A worker with WORKER_PORT', () => {
  let redis: TestRedis;
  let installation: Installation;
  let url: string;

  beforeAll(async () => {
    redis = await startRedis();
    installation = await Installation.create({ REDIS_URL: redis.url });
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    await installation.startWorker({ WORKER_PORT: String(port) });
  });
  afterAll(async () => {
    await installation.close();
    await redis.close();
  });

  it('tells that it is alive and ready', async () => {
    expect(await (await fetch(`${url}/health/live`)).json()).toEqual({ status: 'ok' });
    const ready = await fetch(`${url}/health/ready`);
    expect(await ready.json()).toEqual({ status: 'ok', database: 'up', redis: 'up' });
  });

  it('tells how it does', async () => {
    const told = await Scrape.of(url);
    expect(told.value('usher_queue_jobs', { queue: 'email', state: 'active' })).toBe(0);
    expect(told.names).toContain('usher_message_delivery_attempts_total');
  });

  it.each(['/api/v1/me', '/docs', '/dev/mail', '/'])('does not answer %s', async (path) => {
    const answer = await fetch(url + path, { headers: { 'X-API-KEY': installation.apiKey } });
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ code: 'route_not_found' });
  });

  it('names WORKER_PORT when somebody else listens there', async () => {
    const { port } = new URL(url);
    expect(await installation.runWorker({ WORKER_PORT: port, REDIS_URL: '' })).toMatchObject({
      code: 1,
      stderr: `Usher cannot start: port ${port} of 127.0.0.1 is in use. Set WORKER_PORT to a free one.\n`,
    });
  });
});
