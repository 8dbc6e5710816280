import { startApp, type TestApp } from '../../support/app';
import type { TestOrganization } from '../../support/organization';
import { sendRaw } from '../../support/raw-http';

describe('X-Request-Id', () => {
  let app: TestApp;
  let organization: TestOrganization;

  beforeAll(async () => {
    app = await startApp();
    organization = await app.organization();
  });
  afterAll(() => app.close());

  /** The id that a success, a refusal and a public route answer with. */
  async function answered(given?: string): Promise<string[]> {
    const ids: string[] = [];
    for (const path of ['/api/v1/me', '/api/v1/events/x', '/nothing', '/health/live']) {
      const { headers, body } = await sendRaw(app.url, {
        path,
        headers: {
          'X-API-KEY': organization.client.apiKey!,
          ...(given !== undefined && { 'X-Request-Id': given }),
        },
      });
      const id = headers['x-request-id']!;
      if ('request_id' in body) expect(body.request_id).toBe(id);
      ids.push(id);
    }
    return ids;
  }

  it.each([
    'a',
    '01J9ZK3V8E6RR4C1M2N3P4Q5ST',
    'f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
    'gateway:7~x.y_z-1',
    'x'.repeat(128),
  ])('is taken from the client when it is sane: %s', async (given) => {
    expect(new Set(await answered(given))).toEqual(new Set([given]));
  });

  it.each([
    ['missing', undefined],
    ['empty', ''],
    ['too long', 'x'.repeat(129)],
    ['with a space', 'a b'],
    ['with markup', '<script>'],
    ['with quotes', '"a"'],
    ['with another line', 'a\\r\\nb'],
    ['with a comma', 'a,b'],
    ['with Latin-1', 'ä'],
  ])('is made when it is %s', async (_, given) => {
    const ids = await answered(given);
    for (const id of ids) expect(id).toMatch(/^[0-9a-z]{26}$/);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
