import request from 'supertest';
import { ApiKeysRepository } from '../../../src/organizations/api-keys.repository';
import { startApp, type TestApp } from '../../support/app';
import { until } from '../../support/until';

const QUOTA = 5;

describe('The rate limit', () => {
  let app: TestApp;
  let addresses = 0;

  beforeAll(async () => {
    app = await startApp({ RATE_LIMIT: `${QUOTA}/3600s`, TRUST_PROXY: 'loopback' });
  });
  afterAll(() => app.close());

  /** Nobody has sent anything from it yet. */
  function newAddress(): string {
    return `192.0.2.${++addresses}`;
  }

  /** A request without a key. */
  function from(address: string, path = '/api/v1/me'): request.Test {
    return request(app.url).get(path).set('X-Forwarded-For', address);
  }

  it('refuses what a key asks for beyond its quota, and tells when to come back', async () => {
    const { client } = await app.organization();
    const answers = await Promise.all(Array.from({ length: QUOTA + 3 }, () => client.get('/me')));
    expect(answers.map(({ status }) => status).sort()).toEqual([
      ...Array<number>(QUOTA).fill(200),
      ...[429, 429, 429],
    ]);

    const refused = await client.get('/me').expect(429);
    expect(refused.body).toEqual({
      error: 'Rate limit exceeded. Try again shortly.',
      code: 'rate_limited',
      request_id: refused.headers['x-request-id'],
    });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(refused.headers.ratelimit).toBe(`"api-key";r=0;t=${refused.headers['retry-after']}`);
  });

  it('counts each key by itself, and no valid key for its address', async () => {
    const [one, other] = [await app.organization(), await app.organization()];
    for (let sent = 0; sent < QUOTA; sent++) await one.client.get('/me').expect(200);
    await one.client.get('/me').expect(429);
    const address = newAddress();
    const { headers } = await other.client.get('/me').set('X-Forwarded-For', address).expect(200);
    expect(headers.ratelimit).toMatch(/^"api-key";r=4;/);
    expect((await from(address).expect(401)).headers.ratelimit).toMatch(/^"ip";r=4;/);
  });

  it('counts requests without a key, or with one that is not valid, for their address', async () => {
    const address = newAddress();
    for (let sent = 1; sent < QUOTA; sent++) {
      await from(address).set('X-API-KEY', `made up ${sent}`).expect(401);
    }
    expect((await from(address).expect(401)).headers.ratelimit).toMatch(/^"ip";r=0;/);
    await from(address).expect(429);
    await from(address).set('X-API-KEY', 'made up').expect(429);
    await from(newAddress()).expect(401);
  });

  it('keeps a flood of made-up keys from the database', async () => {
    const lookups = jest.spyOn(app.nest.get(ApiKeysRepository), 'findLiving');
    const address = newAddress();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => from(address).set('X-API-KEY', `of a flood ${index}`)),
    );
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(QUOTA);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(50 - QUOTA);
    expect(lookups).toHaveBeenCalledTimes(QUOTA);
    lookups.mockRestore();
  });

  it('lets keys that were seen to be valid pass while their address is over its quota', async () => {
    const { client } = await app.organization();
    const address = newAddress();
    await client.get('/me').set('X-Forwarded-For', address).expect(200);
    for (let sent = 0; sent < QUOTA; sent++) await from(address).expect(401);
    await from(address).expect(429);
    await client.get('/me').set('X-Forwarded-For', address).expect(200);
  });

  it('begins anew when the window is over', async () => {
    const brief = await startApp({ RATE_LIMIT: '1/1s' });
    await until(
      async () => (await brief.anonymous.get('/me')).status === 429,
      'Nothing was refused although two requests share a second',
    );
    await until(async () => (await brief.anonymous.get('/me')).status === 401, 'The window never ended');
    await brief.close();
  });

  it('is told with every answer, whatever its status', async () => {
    const organization = await app.organization();
    const reader = await organization.clientWith('events:read');
    const api = request(app.url);
    const answers = {
      200: reader.get('/me'),
      400: api.post('/api/v1/contacts').set('Content-Type', 'application/json').send('{'),
      401: app.anonymous.get('/me'),
      403: reader.get('/contacts'),
      404: api.get('/nowhere').set('X-API-KEY', reader.apiKey!),
      413: api
        .post('/api/v1/contacts')
        .set('X-Forwarded-For', '192.0.2.9')
        .send({ a: 'a'.repeat(300_000) }),
      415: api.post('/api/v1/contacts').set('Content-Type', 'text/csv').send('a'),
    };
    for (const [status, answer] of Object.entries(answers)) {
      const { headers } = await answer.expect(Number(status));
      expect(headers['ratelimit-policy']).toMatch(/^"(api-key|ip)";q=5;w=3600$/);
      expect(headers.ratelimit).toMatch(/^"(api-key|ip)";r=[0-4];t=\d+$/);
    }
  });

  it('counts what never reaches a route', async () => {
    const address = newAddress();
    for (let sent = 0; sent < QUOTA; sent++) await from(address, '/nowhere').expect(404);
    await from(address, '/nowhere').expect(429);
  });

  it('exempts health checks', async () => {
    const address = newAddress();
    for (let sent = 0; sent < QUOTA + 1; sent++) {
      const { headers } = await from(address, '/health/live').expect(200);
      expect(headers).not.toHaveProperty('ratelimit');
    }
  });

  it.each([
    ['POST', '/health/live'],
    ['GET', '/health/live/'],
    ['GET', '/Health/live'],
    ['GET', '/health/nothing'],
    ['GET', '/metrics/'],
  ])('does not take %s %s for a health check', async (method, path) => {
    const { headers } = await fetch(app.url + path, {
      method,
      headers: { 'X-Forwarded-For': newAddress() },
    });
    expect(headers.has('ratelimit')).toBe(true);
  });

  it('holds for the network of an IPv6 address, which has more addresses than quotas', async () => {
    for (let sent = 0; sent < QUOTA; sent++) await from(`2001:db8:0:1::${sent}`).expect(401);
    await from('2001:db8:0:1:ffff::1').expect(429);
    await from('2001:db8:0:2::1').expect(401);
  });

  it('believes the header of a trusted proxy only as far as the proxy wrote it', async () => {
    const address = newAddress();
    for (let sent = 0; sent < QUOTA; sent++) await from(`198.51.100.${sent}, ${address}`).expect(401);
    await from(`198.51.100.99, ${address}`).expect(429);
  });
});

describe('Without RATE_LIMIT', () => {
  it('20,000 requests in ten seconds are allowed', async () => {
    const app = await startApp({ RATE_LIMIT: '' });
    const { headers } = await app.anonymous.get('/me');
    expect(headers['ratelimit-policy']).toBe('"ip";q=20000;w=10');
    await app.close();
  });
});

describe('RATE_LIMIT=off', () => {
  it('limits and announces nothing', async () => {
    const app = await startApp({ RATE_LIMIT: 'off' });
    const { headers } = await app.anonymous.get('/me').expect(401);
    expect(Object.keys(headers).filter((name) => name.startsWith('ratelimit'))).toEqual([]);
    await app.close();
  });
});

describe('Without TRUST_PROXY', () => {
  it('nobody chooses his own address', async () => {
    const app = await startApp({ RATE_LIMIT: '2/60s' });
    const { status } = [
      await app.anonymous.get('/me').set('X-Forwarded-For', '192.0.2.1'),
      await app.anonymous.get('/me').set('X-Forwarded-For', '192.0.2.2'),
      await app.anonymous.get('/me').set('X-Forwarded-For', '192.0.2.3'),
    ].at(-1)!;
    expect(status).toBe(429);
    await app.close();
  });
});
