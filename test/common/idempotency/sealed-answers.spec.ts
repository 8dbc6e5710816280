import { AnswerSeal } from '../../../src/common/idempotency/answer-seal';
import { startApp, type TestApp } from '../../support/app';
import { dump } from '../../support/dump';
import type { TestOrganization } from '../../support/organization';

describe('Sealed answers', () => {
  let app: TestApp;
  let organization: TestOrganization;

  beforeAll(async () => {
    app = await startApp();
    organization = await app.organization();
  });
  afterAll(() => app.close());

  it.each([
    ['POST /api-keys', () => Promise.resolve('/api-keys')],
    [
      'POST /api-keys/{id}/rotate',
      async () => {
        const { body } = await organization.client.post('/api-keys', { name: 'A', scopes: ['events:read'] });
        return `/api-keys/${body.id}/rotate`;
      },
    ],
  ])('%s is replayed byte for byte, and the database never holds the key', async (route, pathOf) => {
    const path = await pathOf();
    const body = path.endsWith('rotate') ? {} : { name: 'Box office', scopes: ['events:read'] };
    const first = await organization.client.post(path, body, route).expect(201);
    const again = await organization.client.post(path, body, route).expect(201);
    expect(again.text).toBe(first.text);
    expect(again.headers['idempotent-replay']).toBe('true');

    const rows = await dump(app.database);
    const { id, key } = first.body as { id: string; key: string };
    expect(rows).toContain(id);
    expect(rows).not.toContain(key);
    for (const encoding of ['base64', 'base64url', 'hex'] as const) {
      expect(rows).not.toContain(Buffer.from(key).toString(encoding));
    }
  });

  it('seals refusals too, and replays them', async () => {
    const path = '/api-keys/key_01k5x9a3v8e6rr4c1m2n3p4q5s/rotate';
    const first = await organization.client.post(path, {}, 'refused').expect(404);
    const again = await organization.client.post(path, {}, 'refused').expect(404);
    expect(again.text).toBe(first.text);
    expect(again.headers['idempotent-replay']).toBe('true');
  });

  it('leaves other answers readable', async () => {
    await organization.client.post('/contacts', { email: 'ada@example.org' }, 'contact').expect(201);
    const [record] = await app.database.query<{ body: string }>(
      `SELECT body FROM idempotency_records WHERE key = 'contact'`,
    );
    expect(JSON.parse(record!.body)).toMatchObject({ email: 'ada@example.org' });
  });
});

describe('AnswerSeal', () => {
  const seal = new AnswerSeal('an API key', 'a key');

  it('opens what it has closed', () => {
    for (const text of ['', '{}', '{"key":"ä €"}', 'x'.repeat(100_000)]) {
      expect(seal.open(seal.close(text))).toBe(text);
    }
  });

  it('never closes the same text the same way', () => {
    expect(seal.close('{}')).not.toBe(seal.close('{}'));
  });

  it('opens with neither another API key nor another Idempotency-Key, nor what was changed', () => {
    const sealed = seal.close('{"key":"secret"}');
    expect(() => new AnswerSeal('another API key', 'a key').open(sealed)).toThrow();
    expect(() => new AnswerSeal('an API key', 'another key').open(sealed)).toThrow();
    const bytes = Buffer.from(sealed, 'base64');
    bytes[bytes.length - 1]! ^= 1;
    expect(() => seal.open(bytes.toString('base64'))).toThrow();
    expect(() => seal.open('')).toThrow();
  });
});
