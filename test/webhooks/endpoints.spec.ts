import { ORGANIZATION_SCOPES } from '../../src/common/auth/scopes';
import { Transactions } from '../../src/common/database/transactions';
import { DOMAIN_EVENT_TYPES } from '../../src/domain-events/domain-event';
import { WebhookEndpoint } from '../../src/webhooks/webhook-endpoint.entity';
import { WebhookEndpointsRepository } from '../../src/webhooks/webhook-endpoints.repository';
import { startApp, type TestApp } from '../support/app';
import type { Client } from '../support/client';
import { dump } from '../support/dump';
import type { TestOrganization } from '../support/organization';

const url = 'https://hooks.example.org/usher';

describe('Webhook endpoints', () => {
  let app: TestApp;
  let organization: TestOrganization;
  let client: Client;

  beforeAll(async () => {
    app = await startApp({ WORKER: 'off' });
  });
  beforeEach(async () => {
    organization = await app.organization();
    ({ client } = organization);
  });
  afterAll(() => app.close());

  it('are created with a secret that is shown once, and then read, listed, changed and deleted', async () => {
    const { secret, ...created } = await organization.webhookEndpoint({ url });
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(created).toEqual({
      id: expect.stringMatching(/^whk_/),
      url,
      description: null,
      types: null,
      status: 'enabled',
      disabled_reason: null,
      disabled_at: null,
      failing_since: null,
      previous_secret_expires_at: null,
      created_at: expect.any(String),
      updated_at: created.created_at,
    });
    const path = `/webhook-endpoints/${created.id}`;
    expect((await client.get(path).expect(200)).body).toEqual(created);
    const older = created;
    const { secret: other, ...newer } = await organization.webhookEndpoint({ url, types: ['event.created'] });
    expect(other).not.toBe(secret);
    const { body: list } = await client.get('/webhook-endpoints').expect(200);
    expect(list).toEqual({
      data: [newer, older],
      pagination: { total: 2, page: 1, page_size: 50, total_pages: 1 },
    });

    const changes = { url: `${url}/2`, description: 'Second', types: ['contact.updated'] };
    const { body: changed } = await client.patch(path, changes).expect(200);
    expect(changed).toEqual({ ...created, ...changes, updated_at: expect.any(String) });
    expect((await client.patch(path, { types: null, description: null }).expect(200)).body).toMatchObject({
      url: changes.url,
      types: null,
      description: null,
    });
    expect((await client.delete(path).expect(200)).body).toEqual({ deleted: true, id: created.id });
    for (const method of ['get', 'delete'] as const) {
      expect((await client[method](path).expect(404)).body.code).toBe('webhook_endpoint_not_found');
    }
  });

  it('are disabled and enabled', async () => {
    const { id } = await organization.webhookEndpoint({ url, status: 'disabled' });
    const path = `/webhook-endpoints/${id}`;
    const { body: disabled } = await client.get(path).expect(200);
    expect(disabled).toMatchObject({ status: 'disabled', disabled_reason: 'requested' });
    expect((await client.patch(path, { status: 'disabled' }).expect(200)).body.disabled_at).toBe(
      disabled.disabled_at,
    );
    const { body: refused } = await client.post(`${path}/test`).expect(409);
    expect(refused.code).toBe('webhook_endpoint_disabled');
    expect((await client.patch(path, { status: 'enabled' }).expect(200)).body).toMatchObject({
      status: 'enabled',
      disabled_reason: null,
      disabled_at: null,
    });
    await client.post(`${path}/test`).expect(202);
  });

  it('leave their failures behind with their URL', async () => {
    const { id } = await organization.webhookEndpoint({ url });
    const fail = () =>
      app.database.query('UPDATE webhook_endpoints SET failing_since = now() WHERE id = $1', [id]);
    const change = async (changes: object) =>
      (await client.patch(`/webhook-endpoints/${id}`, changes).expect(200)).body.failing_since as unknown;
    await fail();
    expect(await change({ description: 'The same', url })).toEqual(expect.any(String));
    expect(await change({ description: 'Still the same' })).toEqual(expect.any(String));
    expect(await change({ url: `${url}/2` })).toBeNull();

    await fail();
    const succeed = (at: string) =>
      app.nest.get(Transactions).run((manager) => {
        const tried = Object.assign(new WebhookEndpoint(), { organizationId: organization.id, id, url: at });
        return app.nest.get(WebhookEndpointsRepository).noteSuccess(manager, tried);
      });
    await succeed(url);
    expect(await change({ description: 'Late success' })).toEqual(expect.any(String));
    await succeed(`${url}/2`);
    expect(await change({ description: 'Its own success' })).toBeNull();
  });

  it('keep a delivery of a disabled one from being sent again', async () => {
    const { id } = await organization.webhookEndpoint({ url });
    const { body: delivery } = await client.post(`/webhook-endpoints/${id}/test`).expect(202);
    await client.patch(`/webhook-endpoints/${id}`, { status: 'disabled' }).expect(200);
    const path = `/webhook-endpoints/${id}/deliveries/${delivery.id}`;
    expect((await client.post(`${path}/redeliver`).expect(409)).body.code).toBe('webhook_endpoint_disabled');
    expect((await client.get(path).expect(200)).body.status).toBe('pending');
  });

  it('are not locked by who waits for a delivery, which who has tried it holds while it locks them', async () => {
    const { id } = await organization.webhookEndpoint({ url });
    const { body: delivery } = await client.post(`/webhook-endpoints/${id}/test`).expect(202);
    const held = 'SELECT FROM webhook_deliveries WHERE id = $1 FOR UPDATE';
    const release = await app.database.hold(held, [delivery.id]);
    const path = `/webhook-endpoints/${id}/deliveries/${delivery.id}/redeliver`;
    const answered = Promise.allSettled([client.post(path)]);
    await app.database.untilBlocked();

    const free = 'SELECT FROM webhook_endpoints WHERE id = $1 FOR UPDATE SKIP LOCKED';
    expect(await app.database.query(free, [id])).toHaveLength(1);
    await release();
    await answered;
  });

  it('get a new secret, and no other answer shows one', async () => {
    const { id, secret } = await organization.webhookEndpoint({ url });
    const { body } = await client.post(`/webhook-endpoints/${id}/rotate-secret`).expect(201);
    expect(body.secret).toMatch(/^whsec_/);
    expect(body.secret).not.toBe(secret);
    const left = Date.parse(body.previous_secret_expires_at as string) - Date.now();
    expect(left).toBeGreaterThan(23.9 * 3_600_000);
    expect(left).toBeLessThanOrEqual(24 * 3_600_000);
    for (const path of [`/webhook-endpoints/${id}`, '/webhook-endpoints']) {
      expect((await client.get(path).expect(200)).text).not.toContain('whsec_');
    }
    expect((await client.patch(`/webhook-endpoints/${id}`, { url }).expect(200)).text).not.toContain(
      'whsec_',
    );
  });

  it('are created once for one idempotency key, whose stored answer hides the secret', async () => {
    const first = await client.post('/webhook-endpoints', { url }, 'once').expect(201);
    const again = await client.post('/webhook-endpoints', { url }, 'once').expect(201);
    expect(again.text).toBe(first.text);
    const lines = (await dump(app.database)).split('\n');
    const stored = lines.filter((line) => line.includes(first.body.secret as string));
    expect(stored).toHaveLength(1);
    expect(stored[0]).toMatch(/^webhook_endpoints /);
  });

  it.each([
    [{}, ['url']],
    [{ url: 7 }, ['url']],
    [{ url: 'nonsense' }, ['url']],
    [{ url, types: [] }, ['types']],
    [{ url, types: ['attendee.exploded'] }, ['types']],
    [{ url, types: ['event.created', 'event.created'] }, ['types']],
    [{ url, types: 'event.created' }, ['types']],
    [{ url, description: 'x'.repeat(501), status: 'paused' }, ['description', 'status']],
    [{ url, secret: 'whsec_mine', failing_since: null }, ['failing_since', 'secret']],
  ])('refuse %j', async (body, fields) => {
    const { body: refused } = await client.post('/webhook-endpoints', body).expect(400);
    expect(refused.code).toBe('validation_failed');
    expect(Object.keys(refused.details.fieldErrors as object).sort()).toEqual(fields);
  });

  it('are told of all that is wrong with them at once, in words for each field', async () => {
    const refusal = async (body: object): Promise<Record<string, string[]>> =>
      (await client.post('/webhook-endpoints', body).expect(400)).body.details.fieldErrors;
    expect(
      await refusal({ url: 'https://a:b@example.org/', description: 'a\u0000b', status: 'paused' }),
    ).toEqual({
      url: ['must not contain a user name or password'],
      description: ['must not contain NUL characters'],
      status: ['must be one of the following values: enabled, disabled'],
    });
    expect(await refusal({ url: `${url}\u0000`, types: 'all' })).toEqual({
      url: ['must not contain NUL characters'],
      types: expect.any(Array),
    });
    const { id } = await organization.webhookEndpoint({ url });
    const changed = await client.patch(`/webhook-endpoints/${id}`, { url: 'ftp://x', types: [] }).expect(400);
    expect(changed.body.details.fieldErrors).toEqual({
      url: ['must be an https:// or http:// URL'],
      types: [expect.any(String)],
    });
  });

  it('refuse a change of nothing, and null where there must be something', async () => {
    const { id } = await organization.webhookEndpoint({ url });
    const change = (fields: object) => client.patch(`/webhook-endpoints/${id}`, fields).expect(400);
    expect((await change({})).body.code).toBe('no_fields_given');
    const { body } = await change({ url: null, status: null });
    expect(Object.keys(body.details.fieldErrors as object).sort()).toEqual(['status', 'url']);
  });

  it('need the scopes to read what they are sent', async () => {
    const narrow = await organization.clientWith('webhooks:write', 'events:read');
    const { body: refused } = await narrow.post('/webhook-endpoints', { url }).expect(403);
    expect(refused).toMatchObject({
      code: 'scopes_exceeded',
      details: { missing_scopes: ['attendees:read', 'contacts:read'] },
    });
    const types = ['event.created', 'event.updated'];
    const { body: own } = await narrow.post('/webhook-endpoints', { url, types }).expect(201);
    await narrow.patch(`/webhook-endpoints/${own.id}`, { types: ['attendee.created'] }).expect(403);
    await narrow.patch(`/webhook-endpoints/${own.id}`, { types: null }).expect(403);
    const { id } = await organization.webhookEndpoint({ url });
    await narrow.patch(`/webhook-endpoints/${id}`, { url: 'https://evil.example.org/' }).expect(403);
    expect((await client.get(`/webhook-endpoints/${id}`)).body.url).toBe(url);
    const writer = await organization.clientWith(
      ...ORGANIZATION_SCOPES.filter((scope) => scope.endsWith(':write')),
    );
    await writer.post('/webhook-endpoints', { url, types: DOMAIN_EVENT_TYPES }).expect(201);
  });

  it('are fifty at most', async () => {
    for (let count = 0; count < 50; count++) await organization.webhookEndpoint({ url });
    const { body } = await client.post('/webhook-endpoints', { url }).expect(409);
    expect(body).toMatchObject({ code: 'too_many_webhook_endpoints', details: { limit: 50 } });
  });
});
