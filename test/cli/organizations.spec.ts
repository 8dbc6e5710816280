import { startApp, type TestApp } from '../support/app';
import { usher } from '../support/cli';
import { Client } from '../support/client';

describe('usher organizations', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());

  it('creates one whose key works', async () => {
    const made = await usher(
      app,
      'organizations',
      'create',
      '--name',
      ' Fika ',
      '--currency',
      'sek',
      '--json',
    );
    const { organization_id: id, api_key } = JSON.parse(made) as Record<string, string>;
    const { body } = await new Client(app.url, api_key).get('/me').expect(200);
    expect(body.organization).toEqual({ id, name: 'Fika', currency: 'SEK' });
  });

  it.each([
    ['Must be an ISO 4217 code like EUR.', ['--name', 'Fika', '--currency', 'ABC']],
    ['Must have 1 to 120 characters.', ['--name', ' ']],
  ])('says "%s" to %j', async (message, options) => {
    await expect(usher(app, 'organizations', 'create', ...options)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining(message) as string,
    });
  });
});
