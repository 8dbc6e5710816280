import type { NewApiKeyDto, RotatedApiKeyDto } from '../../src/organizations/dto/api-key.dto';
import { startApp, type TestApp } from '../support/app';
import { Client } from '../support/client';
import type { TestOrganization } from '../support/organization';

describe('POST /api-keys/{id}/rotate', () => {
  let app: TestApp;
  let organization: TestOrganization;

  beforeAll(async () => {
    app = await startApp();
    organization = await app.organization();
  });
  afterAll(() => app.close());

  async function create(fields: Record<string, unknown> = {}): Promise<NewApiKeyDto> {
    const wanted = { name: 'Box office', scopes: ['events:read', 'api_keys:write'], ...fields };
    const { body } = await organization.client.post('/api-keys', wanted).expect(201);
    return body as NewApiKeyDto;
  }

  async function rotate(id: string, body?: object): Promise<RotatedApiKeyDto> {
    const answer = await organization.client.post(`/api-keys/${id}/rotate`, body).expect(201);
    return answer.body as RotatedApiKeyDto;
  }

  function statusFor(key: string): Promise<number> {
    return new Client(app.url, key).get('/me').then(({ status }) => status);
  }

  it('makes a new key with the name, scopes and expiry of the old one, which works an hour more', async () => {
    const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
    const old = await create({ expires_at: expiresAt });
    const made = await rotate(old.id);

    expect(made).toMatchObject({
      name: old.name,
      scopes: old.scopes,
      expires_at: expiresAt,
      status: 'active',
      replaces: { id: old.id, replaced_by: made.id, status: 'active' },
    });
    expect(made.id).not.toBe(old.id);
    expect(made.key).not.toBe(old.key);
    expect(made.replaces).not.toHaveProperty('key');
    const grace = Date.parse(made.replaces.expires_at!) - Date.parse(made.created_at);
    expect(grace).toBe(3_600_000);
    expect([await statusFor(old.key), await statusFor(made.key)]).toEqual([200, 200]);
  });

  it('stops the old key at once without grace', async () => {
    const old = await create();
    expect(await statusFor(old.key)).toBe(200);
    const made = await rotate(old.id, { grace_seconds: 0 });
    expect([await statusFor(old.key), await statusFor(made.key)]).toEqual([401, 200]);
  });

  it('never lets the old key work longer than it would have', async () => {
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    const old = await create({ expires_at: expiresAt });
    const made = await rotate(old.id, { grace_seconds: 604_800 });
    expect(made.replaces.expires_at).toBe(expiresAt);
    expect(made.expires_at).toBe(expiresAt);
  });

  it('lets a key rotate itself', async () => {
    const old = await create();
    const { body } = await new Client(app.url, old.key).post(`/api-keys/${old.id}/rotate`, {}).expect(201);
    expect(await statusFor(body.key as string)).toBe(200);
  });

  it('rotates each key once, whoever asks at the same time', async () => {
    const old = await create();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => organization.client.post(`/api-keys/${old.id}/rotate`)),
    );
    const made = answers.filter(({ status }) => status === 201);
    const refused = answers.filter(({ status }) => status === 409);
    expect([made.length, refused.length]).toEqual([1, 7]);
    for (const { body } of refused) {
      expect(body).toMatchObject({
        code: 'api_key_already_rotated',
        details: { replaced_by: made[0]!.body.id },
      });
    }
  });

  it('refuses keys that no longer work', async () => {
    const revoked = await create();
    await organization.client.delete(`/api-keys/${revoked.id}`).expect(200);
    const expired = await create();
    await rotate(expired.id, { grace_seconds: 0 });
    for (const [{ id }, status] of [
      [revoked, 'revoked'],
      [expired, 'expired'],
    ] as const) {
      const { body } = await organization.client.post(`/api-keys/${id}/rotate`).expect(409);
      expect(body).toMatchObject({ code: 'api_key_inactive', details: { status } });
    }
  });

  it('refuses keys with scopes that the caller lacks, and changes nothing', async () => {
    const old = await create({ scopes: ['events:read', 'contacts:write'] });
    const caller = await organization.clientWith('api_keys:write', 'events:write');
    const { body } = await caller.post(`/api-keys/${old.id}/rotate`).expect(403);
    expect(body).toMatchObject({
      code: 'scopes_exceeded',
      details: { missing_scopes: ['contacts:write'] },
    });
    expect((await rotate(old.id)).replaces.id).toBe(old.id);
  });

  it('refuses keys that outlive the caller, also one that is itself replaced, and changes nothing', async () => {
    const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
    const shortLived = await create({ expires_at: expiresAt });
    const replaced = await create();
    await rotate(replaced.id);
    const old = await create();
    for (const { key } of [shortLived, replaced]) {
      const { body } = await new Client(app.url, key).post(`/api-keys/${old.id}/rotate`).expect(403);
      expect(body).toMatchObject({ code: 'expiry_exceeded' });
    }
    expect((await rotate(old.id)).replaces.id).toBe(old.id);
    const itself = await new Client(app.url, shortLived.key)
      .post(`/api-keys/${shortLived.id}/rotate`)
      .expect(201);
    expect(itself.body.expires_at).toBe(expiresAt);
  });

  it.each([-1, 604_801, 1.5, '60', null])('refuses a grace of %j seconds', async (grace) => {
    const { id } = await create();
    const refused = await organization.client.post(`/api-keys/${id}/rotate`, { grace_seconds: grace });
    expect(refused.status).toBe(400);
    expect(Object.keys(refused.body.details.fieldErrors)).toEqual(['grace_seconds']);
  });

  it("answers for another organization's key as for an unknown one", async () => {
    const foreign = await (await app.organization()).client.get('/me');
    for (const id of [foreign.body.api_key.id, 'key_01k5x9a3v8e6rr4c1m2n3p4q5s', 'nonsense']) {
      const { body } = await organization.client.post(`/api-keys/${id}/rotate`).expect(404);
      expect(body).toMatchObject({ error: 'API key not found', code: 'api_key_not_found' });
    }
  });
});
