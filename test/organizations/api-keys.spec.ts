import { ORGANIZATION_SCOPES } from '../../src/common/auth/scopes';
import type { ApiKeyDto, NewApiKeyDto } from '../../src/organizations/dto/api-key.dto';
import { startApp, type TestApp } from '../support/app';
import { Client } from '../support/client';
import { dump } from '../support/dump';
import type { TestOrganization } from '../support/organization';

const UNKNOWN = 'key_01k5x9a3v8e6rr4c1m2n3p4q5s';

describe('API keys', () => {
  let app: TestApp;
  let organization: TestOrganization;

  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    organization = await app.organization();
  });

  async function create(fields: Record<string, unknown> = {}): Promise<NewApiKeyDto> {
    const { body } = await organization.client
      .post('/api-keys', { name: 'Box office', scopes: ['events:read'], ...fields })
      .expect(201);
    return body as NewApiKeyDto;
  }

  async function list(): Promise<ApiKeyDto[]> {
    const { body } = await organization.client.get('/api-keys').expect(200);
    return (body as { data: ApiKeyDto[] }).data;
  }

  describe('POST /api-keys', () => {
    it('makes a key that works, and shows it', async () => {
      const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
      const made = await create({ name: ' Box office ', expires_at: expiresAt });
      expect(made).toEqual({
        id: expect.stringMatching(/^key_/),
        name: 'Box office',
        key: expect.stringMatching(/^usher_[\w-]{43}$/),
        key_prefix: made.key.slice(0, 12),
        scopes: ['events:read'],
        status: 'active',
        expires_at: expiresAt,
        revoked_at: null,
        replaced_by: null,
        last_used_at: null,
        created_at: expect.stringMatching(/Z$/),
      });
      await new Client(app.url, made.key).get('/events').expect(200);
      await new Client(app.url, made.key).get('/contacts').expect(403);
    });

    it('never expires by default', async () => {
      expect((await create()).expires_at).toBeNull();
      expect((await create({ expires_at: null })).expires_at).toBeNull();
    });

    it('keeps only the hash of the key', async () => {
      const { key } = await create();
      expect(await dump(app.database)).not.toContain(key);
      expect((await list()).every((one) => !('key' in one))).toBe(true);
    });

    it('cannot give away scopes that the creator lacks; write counts as read', async () => {
      const creator = await organization.clientWith('api_keys:write', 'events:write', 'contacts:read');
      await creator.post('/api-keys', { name: 'A', scopes: ['events:read', 'api_keys:read'] }).expect(201);
      const wanted = { name: 'B', scopes: ['events:read', 'contacts:write', 'payments:read'] };
      const { body } = await creator.post('/api-keys', wanted).expect(403);
      expect(body).toMatchObject({
        error: 'An API key cannot create a key with scopes that it lacks',
        code: 'scopes_exceeded',
        details: { missing_scopes: ['contacts:write', 'payments:read'] },
      });
      expect(await list()).toHaveLength(3);
    });

    it('cannot give away more time than the creator has', async () => {
      const latest = new Date(Date.now() + 3_600_000).toISOString();
      const creator = new Client(
        app.url,
        (await create({ scopes: ['api_keys:write'], expires_at: latest })).key,
      );
      const attempt = (fields: object) =>
        creator.post('/api-keys', { name: 'A', scopes: ['api_keys:write'], ...fields });

      const later = new Date(Date.parse(latest) + 1).toISOString();
      for (const expires_at of [later, null]) {
        const { body } = await attempt({ expires_at }).expect(403);
        expect(body).toMatchObject({
          error: 'An API key cannot create a key that works longer than itself',
          code: 'expiry_exceeded',
          details: { latest_expires_at: latest },
        });
      }
      expect((await attempt({}).expect(201)).body.expires_at).toBe(latest);
      expect((await attempt({ expires_at: latest }).expect(201)).body.expires_at).toBe(latest);
      const sooner = new Date(Date.parse(latest) - 60_000).toISOString();
      expect((await attempt({ expires_at: sooner }).expect(201)).body.expires_at).toBe(sooner);
    });

    it.each([
      ['name', { name: ' ' }],
      ['name', { name: 'a'.repeat(121) }],
      ['name', { name: null }],
      ['name', { name: 7 }],
      ['scopes', { scopes: [] }],
      ['scopes', { scopes: 'events:read' }],
      ['scopes', { scopes: ['events:admin'] }],
      ['scopes', { scopes: ['events:read', 'events:read'] }],
      ['scopes', { scopes: [null] }],
      ['scopes', { scopes: undefined }],
      ['expires_at', { expires_at: '2020-01-01T00:00:00Z' }],
      ['expires_at', { expires_at: '2030-01-01' }],
      ['expires_at', { expires_at: '2030-01-01T00:00:00' }],
      ['expires_at', { expires_at: '2030-02-30T00:00:00Z' }],
      ['expires_at', { expires_at: '2030-W05-1' }],
      ['expires_at', { expires_at: 1_900_000_000 }],
      ['organization_id', { organization_id: 'org_01k5x9a3v8e6rr4c1m2n3p4q5s' }],
    ])('refuses a bad %s: %j', async (field, fields) => {
      const body = { name: 'Box office', scopes: ['events:read'], ...fields };
      const refused = await organization.client.post('/api-keys', body).expect(400);
      expect(Object.keys(refused.body.details.fieldErrors)).toEqual([field]);
    });
  });

  describe('GET /api-keys', () => {
    it('lists keys of the organization, newest first, in pages', async () => {
      await app.organization();
      const [older, newer] = [await create({ name: 'Older' }), await create({ name: 'Newer' })];
      expect((await list()).map(({ id }) => id)).toEqual([newer.id, older.id, expect.any(String)]);

      const { body } = await organization.client.get('/api-keys?page=2&page_size=1').expect(200);
      expect(body.data.map(({ id }: ApiKeyDto) => id)).toEqual([older.id]);
      expect(body.pagination).toEqual({ total: 3, page: 2, page_size: 1, total_pages: 3 });
    });

    it('shows what became of keys', async () => {
      const expired = await create();
      await app.database.query('UPDATE api_keys SET expires_at = now() WHERE id = $1', [expired.id]);
      const revoked = await create();
      await organization.client.delete(`/api-keys/${revoked.id}`).expect(200);

      const statuses = new Map((await list()).map(({ id, status }) => [id, status]));
      expect(statuses.get(expired.id)).toBe('expired');
      expect(statuses.get(revoked.id)).toBe('revoked');
      expect([...statuses.values()].filter((status) => status === 'active')).toHaveLength(1);
    });

    it('refuses bad pages', async () => {
      const { body } = await organization.client.get('/api-keys?page_size=201').expect(400);
      expect(body.error).toBe('Invalid pagination parameters');
    });
  });

  describe('DELETE /api-keys/{id}', () => {
    it('stops the key at once in the process that is asked', async () => {
      const { id, key } = await create();
      const client = new Client(app.url, key);
      await client.get('/me').expect(200);
      const { body } = await organization.client.delete(`/api-keys/${id}`).expect(200);
      expect(body).toEqual({ deleted: true, id });
      const refused = await client.get('/me').expect(401);
      expect(refused.body).toMatchObject({ error: 'Invalid or revoked API key', code: 'invalid_api_key' });
    });

    it('changes nothing the second time', async () => {
      const { id } = await create();
      await organization.client.delete(`/api-keys/${id}`).expect(200);
      const [before] = await list();
      await organization.client.delete(`/api-keys/${id}`).expect(200);
      expect((await list())[0]).toEqual(before);
      expect(before!.revoked_at).not.toBeNull();
    });

    it('lets a key revoke itself, and others whatever their scopes', async () => {
      const { id, key } = await create({ scopes: ['api_keys:write'] });
      const client = new Client(app.url, key);
      const strong = await create({ scopes: [...ORGANIZATION_SCOPES] });
      await client.delete(`/api-keys/${strong.id}`).expect(200);
      await client.delete(`/api-keys/${id}`).expect(200);
      await client.get('/me').expect(401);
    });

    it("answers for another organization's key as for an unknown one", async () => {
      const other = await app.organization();
      const { body } = await other.client.get('/me');
      const foreign = body.api_key.id as string;
      for (const id of [foreign, UNKNOWN, 'nonsense']) {
        const refused = await organization.client.delete(`/api-keys/${id}`).expect(404);
        expect(refused.body).toMatchObject({ error: 'API key not found', code: 'api_key_not_found' });
      }
      await other.client.get('/me').expect(200);
    });
  });

  it('GET /me tells who is calling', async () => {
    const { key, key_prefix } = await create({ name: 'Box office', scopes: ['events:read'] });
    const { body } = await new Client(app.url, key).get('/me').expect(200);
    expect(body).toMatchObject({
      organization: { id: organization.id, name: 'Test organization', currency: 'USD' },
      api_key: { name: 'Box office', key_prefix, scopes: ['events:read'], status: 'active' },
    });
    expect(JSON.stringify(body)).not.toContain(key);
  });
});
