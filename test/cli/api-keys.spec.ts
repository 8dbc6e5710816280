import { startApp, type TestApp } from '../support/app';
import { usher } from '../support/cli';
import { Client } from '../support/client';
import type { TestOrganization } from '../support/organization';
import { until } from '../support/until';

describe('usher api-keys', () => {
  let app: TestApp;
  let organization: TestOrganization;

  beforeAll(async () => {
    app = await startApp();
    organization = await app.organization();
  });
  afterAll(() => app.close());

  const apiKeys = (command: string, ...args: string[]) =>
    usher(app, 'api-keys', command, '--organization', organization.id, ...args);

  it('creates, lists and revokes keys beside a running server', async () => {
    const options = ['--name', 'Scanner', '--scopes', 'events:read,attendees:write'];
    const made = await apiKeys('create', ...options, '--expires-at', '2030-01-01T00:00:00Z', '--json');
    const { id, api_key } = JSON.parse(made) as { id: string; api_key: string };
    const client = new Client(app.url, api_key);
    await client.get('/events').expect(200);

    const listed = await apiKeys('list');
    expect(JSON.parse(listed.split('\n')[0]!)).toMatchObject({
      id,
      name: 'Scanner',
      scopes: ['events:read', 'attendees:write'],
      status: 'active',
      expires_at: '2030-01-01T00:00:00.000Z',
    });
    expect(listed).not.toContain(api_key);

    expect(await apiKeys('revoke', id)).toBe(`revoked: ${id}\n`);
    await until(async () => (await client.get('/events')).status === 401, 'The revoked key works on');
  });

  it('gives the scope of the operator by name only', async () => {
    const scopesOf = async (text: string) => {
      await apiKeys('create', '--name', 'Console', '--scopes', text);
      return (JSON.parse((await apiKeys('list')).split('\n')[0]!) as { scopes: string[] }).scopes;
    };
    expect(await scopesOf('admin:queues')).toEqual(['admin:queues']);
    expect(await scopesOf('all')).not.toContain('admin:queues');
  });

  it.each([
    ['There is no organization org_unknown', ['list', '--organization', 'org_unknown']],
    ['API key not found', ['revoke', 'key_unknown']],
    ['Must have 1 to 120 characters', ['create', '--name', '', '--scopes', 'all']],
    ['Unknown: events:admin', ['create', '--name', 'A', '--scopes', 'events:admin']],
    [
      'Must be a time in the future',
      ['create', '--name', 'A', '--scopes', 'all', '--expires-at', '2020-01-01'],
    ],
  ])('says "%s"', async (message, [command, ...args]) => {
    await expect(apiKeys(command!, ...args)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining(message) as string,
    });
  });
});
