import { getQueueToken } from '@nestjs/bull';
import type { Queue } from 'bull';
import type { Browser } from 'playwright-core';
import type { Scope } from '../../../src/common/auth/scopes';
import { ORGANIZATION_SCOPES } from '../../../src/common/auth/scopes';
import { Transactions } from '../../../src/common/database/transactions';
import { EMAIL_QUEUE } from '../../../src/notifications/outbox-queues';
import { ApiKeysService } from '../../../src/organizations/api-keys.service';
import { startApp, type TestApp } from '../../support/app';
import { startChromium } from '../../support/chromium';
import type { TestOrganization } from '../../support/organization';
import { startRedis, type TestRedis } from '../../support/redis';

describe('/admin/queues', () => {
  let redis: TestRedis;
  let app: TestApp;
  let organization: TestOrganization;
  let operatorKey: string;
  let url: string;

  beforeAll(async () => {
    redis = await startRedis();
    app = await startApp({ REDIS_URL: redis.url, QUEUE_CONSOLE: 'on', WORKER: 'off' });
    organization = await app.organization();
    operatorKey = await keyWith('admin:queues');
    url = `${app.url}/admin/queues`;
    await app.nest
      .get<Queue>(getQueueToken(EMAIL_QUEUE))
      .add('confirmation', { id: 'msg_shown' }, { jobId: 'msg_shown' });
  });
  afterAll(async () => {
    await app.close();
    await redis.close();
  });

  async function keyWith(...scopes: Scope[]): Promise<string> {
    const { key } = await app.nest
      .get(Transactions)
      .run((manager) =>
        app.nest.get(ApiKeysService).create(manager, organization.id, { name: 'Key', scopes }),
      );
    return key;
  }

  const ask = (path: string, password?: string, method = 'GET') => {
    const credentials = Buffer.from(`operator:${password}`).toString('base64');
    return fetch(url + path, { method, headers: password ? { Authorization: `Basic ${credentials}` } : {} });
  };

  it.each(['', '/', '/api/queues', '/static/js/main.js'])('asks for a password at %s', async (path) => {
    for (const answer of [await ask(path), await ask(path, 'wrong'), await ask(path, '\0')]) {
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Basic realm=/);
      expect(await answer.json()).toMatchObject({ code: 'queue_console_key_missing' });
    }
  });

  it.each(['Basic', 'Basic !!', 'Basic bm9jb2xvbg==', 'Bearer x'])(
    'does not stumble over "%s"',
    async (header) => {
      expect((await fetch(url, { headers: { Authorization: header } })).status).toBe(401);
    },
  );

  it('is closed to keys with every scope of an organization', async () => {
    const answer = await ask('/api/queues', await keyWith(...ORGANIZATION_SCOPES));
    expect(answer.status).toBe(403);
    expect(await answer.json()).toMatchObject({ details: { required_scope: 'admin:queues' } });
  });

  it('is a scope that nobody gives away by REST', async () => {
    const wanted = { name: 'Mine', scopes: ['admin:queues'] };
    await organization.client.post('/api-keys', wanted).expect(400);
  });

  it('tells of jobs and their ids', async () => {
    const answer = await ask('/api/queues?activeQueue=email', operatorKey);
    const { queues } = (await answer.json()) as {
      queues: { name: string; readOnlyMode: boolean; jobs: object[] }[];
    };
    expect(queues.every(({ readOnlyMode }) => readOnlyMode)).toBe(true);
    expect(queues.find(({ name }) => name === 'email')!.jobs).toMatchObject([{ data: { id: 'msg_shown' } }]);
    expect(queues.map(({ name }) => name)).toContain('webhooks');
  });

  it.each(['PUT', 'POST', 'DELETE', 'PATCH', 'OPTIONS'])('changes nothing by %s', async (method) => {
    for (const path of ['/api/queues/pause', '/api/queues/email/pause', '/api/queues/email/empty']) {
      expect((await ask(path, operatorKey, method)).status).toBe(404);
    }
    expect(await app.nest.get<Queue>(getQueueToken(EMAIL_QUEUE)).isPaused()).toBe(false);
  });

  it('has the headers that protect every page', async () => {
    const { headers } = await ask('/', operatorKey);
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain(`frame-ancestors 'self'`);
    expect(headers.get('content-security-policy')).not.toContain('https:');
  });

  describe('in a browser', () => {
    let browser: Browser;

    beforeAll(async () => {
      browser = await startChromium();
    });
    afterAll(() => browser.close());

    it('shows the queue and its job, and asks nobody else for anything', async () => {
      const httpCredentials = { username: 'operator', password: operatorKey };
      const page = await (await browser.newContext({ httpCredentials })).newPage();
      const faults: string[] = [];
      page.on('pageerror', ({ message }) => faults.push(message));
      const elsewhere: string[] = [];
      page.on('response', (response) => {
        if (!response.url().startsWith(app.url)) elsewhere.push(response.url());
      });
      await page.goto(`${url}/queue/email`);
      await page.getByText('msg_shown').first().waitFor();
      expect(await page.getByRole('button', { name: /retry|clean|pause/i }).count()).toBe(0);
      expect([faults, elsewhere]).toEqual([[], []]);
    });
  });
});

it('is not there unless it is switched on', async () => {
  const app = await startApp();
  expect((await fetch(`${app.url}/admin/queues`)).status).toBe(404);
  await app.close();
});
