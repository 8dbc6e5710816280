import { startApp, type TestApp } from '../support/app';
import { Client } from '../support/client';
import type { TestOrganization } from '../support/organization';
import { jumpAhead, setBack } from '../support/time';
import { until } from '../support/until';

describe('Authentication', () => {
  let app: TestApp;
  let organization: TestOrganization;

  beforeAll(async () => {
    app = await startApp();
    organization = await app.organization();
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => app.close());

  async function newKey(expiresAt?: Date): Promise<{ id: string; key: string }> {
    const wanted = { name: 'Box office', scopes: ['api_keys:read'], expires_at: expiresAt };
    const { body } = await organization.client.post('/api-keys', wanted).expect(201);
    return body as { id: string; key: string };
  }

  async function lastUsed(id: string): Promise<string | null> {
    const { body } = await organization.client.get('/api-keys').expect(200);
    return (body.data as { id: string; last_used_at: string | null }[]).find((one) => one.id === id)!
      .last_used_at;
  }

  it('asks for a key', async () => {
    const { body, headers } = await app.anonymous.get('/me').expect(401);
    expect(headers['www-authenticate']).toBe('ApiKey realm="Usher"');
    expect(body).toMatchObject({ error: 'Missing X-API-KEY header', code: 'missing_api_key' });
  });

  it.each(['nonsense', 'usher_', 'a'.repeat(8_000), "' OR 1=1 --"])('refuses %.20s', async (key) => {
    const { body } = await new Client(app.url, key).get('/me').expect(401);
    expect(body).toMatchObject({ error: 'Invalid or revoked API key', code: 'invalid_api_key' });
  });

  it('refuses a key from the moment it expires', async () => {
    const { key } = await newKey(new Date(Date.now() + 3_600_000));
    const client = new Client(app.url, key);
    await client.get('/me').expect(200);
    jumpAhead(3_600);
    await client.get('/me').expect(401);
  });

  it.each([
    ['', 0],
    [', though the clock is set back', 600],
  ])('finds out within seconds that another process has revoked a key%s', async (_, seconds) => {
    const { id, key } = await newKey();
    const client = new Client(app.url, key);
    await client.get('/me').expect(200);
    setBack(seconds);
    await app.database.query('UPDATE api_keys SET revoked_at = now() WHERE id = $1', [id]);
    await until(async () => (await client.get('/me')).status === 401, 'The revoked key works on');
  });

  it('notes the last use of a key, at most once a minute', async () => {
    const { id, key } = await newKey();
    expect(await lastUsed(id)).toBeNull();
    await new Client(app.url, key).get('/me').expect(200);
    await until(async () => (await lastUsed(id)) !== null, 'The use was not noted');

    const used = async (ago: string) => {
      await app.database.query(`UPDATE api_keys SET last_used_at = now() - $2::interval WHERE id = $1`, [
        id,
        ago,
      ]);
      const before = await lastUsed(id);
      // Another app is another process, which remembers nothing of the key.
      const other = await startApp({ DATABASE_URL: app.database.url });
      await new Client(other.url, key).get('/me').expect(200);
      await other.close();
      return { before, after: await lastUsed(id) };
    };
    const recently = await used('50 seconds');
    expect(recently.after).toBe(recently.before);
    const longAgo = await used('70 seconds');
    expect(longAgo.after).not.toBe(longAgo.before);
  });
});
