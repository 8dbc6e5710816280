import { ORGANIZATION_SCOPES, grants } from '../../../src/common/auth/scopes';
import { newId } from '../../../src/common/ids/ids';
import { startApp, type TestApp } from '../../support/app';
import { ApiKeysRepository } from '../../../src/organizations/api-keys.repository';
import { Client } from '../../support/client';
import type { TestOrganization } from '../../support/organization';
import { until } from '../../support/until';
import { jumpAhead } from '../../support/time';

describe('Access', () => {
  let app: TestApp;
  let organization: TestOrganization;

  beforeAll(async () => {
    app = await startApp();
  });
  beforeEach(async () => {
    organization = await app.organization();
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => app.close());

  const MISSING = {
    error: 'Missing X-API-KEY header',
    code: 'missing_api_key',
    request_id: expect.any(String),
  };
  const INVALID = {
    error: 'Invalid or revoked API key',
    code: 'invalid_api_key',
    request_id: expect.any(String),
  };

  function changeKeys(assignment: string): Promise<unknown> {
    return app.database.query(`UPDATE api_keys SET ${assignment} WHERE organization_id = $1`, [
      organization.id,
    ]);
  }

  it('needs a key in the header, and nowhere else', async () => {
    const key = organization.client.apiKey!;
    for (const attempt of [
      app.anonymous.get('/me'),
      app.anonymous.get('/me').set('X-API-KEY', ''),
      app.anonymous.get(`/me?api_key=${key}`),
      app.anonymous.get('/me').set('Authorization', `Bearer ${key}`),
    ]) {
      const { body } = await attempt.expect(401);
      expect(body).toEqual(MISSING);
    }
  });

  it('needs a key that exists', async () => {
    const key = organization.client.apiKey!;
    for (const wrong of [
      'x',
      `${key}x`,
      key.slice(0, -1),
      key.toUpperCase(),
      `${key}, ${key}`,
      'x'.repeat(10_000),
      `' OR 1=1 --`,
    ]) {
      const { body } = await new Client(app.url, wrong).get('/me').expect(401);
      expect(body).toEqual(INVALID);
    }
  });

  it('ends within seconds when the key is revoked', async () => {
    await organization.client.get('/me').expect(200);
    await changeKeys('revoked_at = now()');
    jumpAhead(3);
    expect((await organization.client.get('/me').expect(401)).body).toEqual(INVALID);
  });

  it('ends to the second when the key expires, though the key is remembered', async () => {
    await changeKeys(`expires_at = now() + interval '1 hour'`);
    await organization.client.get('/me').expect(200);
    // A key that is remembered tells by itself that it has expired.
    jumpAhead(3_600);
    expect((await organization.client.get('/me').expect(401)).body).toEqual(INVALID);
  });

  it('is asked of the database once in a few seconds, however many requests come', async () => {
    const lookUps = jest.spyOn(app.nest.get(ApiKeysRepository), 'findLiving');
    for (const client of [await organization.clientWith('events:read'), new Client(app.url, 'unknown')]) {
      lookUps.mockClear();
      await Promise.all(Array.from({ length: 20 }, () => client.get('/me')));
      expect(lookUps).toHaveBeenCalledTimes(1);
      jumpAhead(4);
      await client.get('/me');
      expect(lookUps).toHaveBeenCalledTimes(2);
    }
  });

  it('without the scope is a 403 that names it, before anything is looked up', async () => {
    const event = await organization.event();
    const client = await organization.clientWith('attendees:read', 'events:write');
    for (const eventId of [event.id, newId('event'), 'malformed']) {
      const { body } = await client
        .post(`/events/${eventId}/attendees`, { nonsense: true }, 'k'.repeat(300))
        .set('X-Request-Id', 'same')
        .expect(403);
      expect(body).toEqual({
        error: 'insufficient_scope',
        code: 'insufficient_scope',
        details: { required_scope: 'attendees:write' },
        request_id: 'same',
      });
    }
  });

  it('to write implies access to read, and not the other way round', async () => {
    const event = await organization.event();
    const writer = await organization.clientWith('events:write');
    await writer.get(`/events/${event.id}`).expect(200);
    const reader = await organization.clientWith('events:read');
    await reader.get(`/events/${event.id}`).expect(200);
    const { body } = await reader.patch(`/events/${event.id}`, { capacity: 1 }).expect(403);
    expect(body.details).toEqual({ required_scope: 'events:write' });
  });

  it('to one resource is none to another', () => {
    for (const held of ORGANIZATION_SCOPES) {
      for (const wanted of ORGANIZATION_SCOPES) {
        const [heldResource, heldRight] = held.split(':');
        const [resource, right] = wanted.split(':');
        expect(grants([held], wanted)).toBe(
          heldResource === resource && (heldRight === 'write' || right === 'read'),
        );
      }
    }
    expect(grants([], 'events:read')).toBe(false);
    expect(grants(['events:*', '*', 'events'], 'events:read')).toBe(false);
  });

  it('is open without a key to health checks and documentation', async () => {
    for (const path of ['/health/live', '/health/ready', '/openapi.json', '/docs/']) {
      expect((await fetch(app.url + path)).status).toBe(200);
    }
  });

  it('is noted on the key, at most once a minute', async () => {
    const lastUsed = async () => {
      const [row] = await app.database.query<{ last_used_at: Date | null }>(
        'SELECT last_used_at FROM api_keys WHERE organization_id = $1',
        [organization.id],
      );
      return row!.last_used_at?.getTime();
    };
    await organization.client.get('/me').expect(200);
    await until(async () => (await lastUsed()) !== undefined, 'The use of the key is not noted');
    const first = await lastUsed();
    jumpAhead(4);
    await organization.client.get('/me').expect(200);
    expect(await lastUsed()).toBe(first);
  });
});
