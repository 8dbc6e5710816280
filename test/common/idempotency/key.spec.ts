import { startApp, type TestApp } from '../../support/app';
import { type Client } from '../../support/client';
import { sendRaw } from '../../support/raw-http';
import type { TestOrganization } from '../../support/organization';
import { type Operation, OPERATIONS } from './operations';

const PRINTABLE = Array.from({ length: 95 }, (_, index) => String.fromCharCode(0x20 + index)).join('');

describe.each(OPERATIONS)('The Idempotency-Key of %s', (_, prepare) => {
  let app: TestApp;
  let organization: TestOrganization;
  let operation: Operation;

  beforeAll(async () => {
    app = await startApp();
  });
  beforeEach(async () => {
    organization = await app.organization();
    operation = await prepare(app, organization);
  });
  afterAll(() => app.close());

  const post = (key: string, client: Client = organization.client) =>
    client.post(operation.path, operation.body, key);

  it.each([
    ['one character', '-'],
    ['255 characters', 'k'.repeat(255)],
    ['every printable character', `x${PRINTABLE}x`],
  ])('may be %s', async (_, key) => {
    const first = await post(key).expect(201);
    const replay = await post(key).expect(201);
    expect(replay.text).toBe(first.text);
    expect(replay.headers['idempotent-replay']).toBe('true');
  });

  it('is compared byte for byte', async () => {
    await post('Key').expect(201);
    for (const key of ['key', 'KEY', 'Key-', 'Ke y']) {
      expect((await post(key)).headers['idempotent-replay']).toBeUndefined();
    }
  });

  it.each([
    ['empty', ''],
    ['blank', '   '],
    ['256 characters long', 'k'.repeat(256)],
    ['very long', 'k'.repeat(8_000)],
    ['with a Latin-1 letter', 'schlüssel'],
    ['with UTF-8', Buffer.from('ключ').toString('latin1')],
    ['with DEL', 'a\u007fb'],
    ['with a tab', 'a\tb'],
  ])('must not be %s', async (_, key) => {
    const before = await operation.executions();
    const { status, body } = await sendRaw(app.url, {
      method: 'POST',
      path: `/api/v1${operation.path}`,
      headers: { 'X-API-KEY': organization.client.apiKey!, 'Idempotency-Key': key },
      body: operation.body,
    });
    // Node's own parser refuses control characters in a header, as RFC 9110 wants it; its refusal has another code.
    expect([status, body.code]).toEqual([
      400,
      key.includes('\u007f') ? 'bad_request' : 'idempotency_key_invalid',
    ]);
    expect(await operation.executions()).toBe(before);
  });

  it('tells what a key must look like', async () => {
    const { body } = await post('k'.repeat(256)).expect(400);
    expect(body).toEqual({
      error: 'Idempotency-Key must be 1 to 255 printable ASCII characters',
      code: 'idempotency_key_invalid',
      request_id: expect.any(String),
    });
  });

  it('belongs to its API key: others of the organization and of other organizations may use the same', async () => {
    const other = await app.organization();
    const otherOperation = await prepare(app, other);
    const colleague = await organization.clientWith('events:write', 'contacts:write', 'attendees:write');
    const first = await post('shared').expect(201);
    const colleagues = await post('shared', colleague);
    const others = await other.client.post(otherOperation.path, otherOperation.body, 'shared').expect(201);
    for (const answer of [colleagues, others]) {
      expect(answer.headers['idempotent-replay']).toBeUndefined();
      expect(answer.text).not.toBe(first.text);
    }
    expect((await post('shared')).text).toBe(first.text);
  });

  it('means nothing on a GET or PATCH', async () => {
    const event = await organization.event();
    for (const key of ['shared', 'k'.repeat(256)]) {
      const get = await organization.client
        .get(`/events/${event.id}`)
        .set('Idempotency-Key', key)
        .expect(200);
      expect(get.headers['idempotent-replay']).toBeUndefined();
      for (const capacity of [1, 2]) {
        const { body } = await organization.client
          .patch(`/events/${event.id}`, { capacity })
          .set('Idempotency-Key', key)
          .expect(200);
        expect(body.capacity).toBe(capacity);
      }
    }
  });
});
