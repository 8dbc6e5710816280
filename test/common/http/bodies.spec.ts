import { gzipSync } from 'node:zlib';
import { startApp, type TestApp } from '../../support/app';
import type { TestOrganization } from '../../support/organization';
import { type RawAnswer, sendText } from '../../support/raw-http';
import { expectError, MALFORMED, NOT_JSON, postBytes, TOO_LARGE } from './envelope';

/** Whatever a body holds, the answer is the one envelope and never a 5xx. */
describe('Bad bodies', () => {
  let app: TestApp;
  let organization: TestOrganization;

  beforeAll(async () => {
    app = await startApp();
    organization = await app.organization();
  });
  afterAll(() => app.close());

  const post = (path: string, body: Parameters<typeof postBytes>[3]) =>
    postBytes(app, organization.client.apiKey!, path, body);

  const fieldErrors = ({ body }: RawAnswer) =>
    (body.details as { fieldErrors: Record<string, string[]> }).fieldErrors;

  const INVALID = { status: 400, code: 'validation_failed', error: 'Validation failed' };

  it.each([
    '{',
    '{"name":}',
    "{'name':'x'}",
    '{"a":1,}',
    'name=x',
    '\u0000',
    '[',
    '"',
    'null',
    'true',
    '1',
    '"text"',
    '\uFEFF{}x',
    '{"a":1}{"b":2}',
  ])('%p is malformed JSON', async (text) => {
    expectError(await post('/api/v1/events', { content: text }), MALFORMED);
    expectError(await post('/nothing', { content: text }), MALFORMED);
  });

  it('bytes that are no UTF-8 are no text', async () => {
    const { status, body } = await post('/api/v1/events', { content: Buffer.from([0x7b, 0xff, 0xfe, 0x7d]) });
    expect([status, body.code]).toEqual([400, 'malformed_json']);
  });

  it.each([
    ['one string', JSON.stringify({ name: 'x'.repeat(300_000) })],
    [
      'many fields',
      JSON.stringify(Object.fromEntries(Array.from({ length: 40_000 }, (_, index) => [`f${index}`, 1]))),
    ],
    ['nesting', '['.repeat(300_000)],
    ['white space', `{${' '.repeat(300_000)}}`],
  ])('256 KiB are the most, in %s', async (_, text) => {
    expectError(await post('/api/v1/events', { content: text }), TOO_LARGE);
    expectError(await post('/nothing', { content: text }), TOO_LARGE);
  });

  it('what is just not too large is read', async () => {
    const { status, body } = await post('/api/v1/events', {
      content: JSON.stringify({ name: 'x'.repeat(255 * 1024) }),
    });
    expect([status, body.code]).toEqual([400, 'validation_failed']);
  });

  it('a small body that unpacks to a large one is too large', async () => {
    const packed = gzipSync(JSON.stringify({ name: 'x'.repeat(10_000_000) }));
    expectError(await post('/api/v1/events', { content: packed, encoding: 'gzip' }), TOO_LARGE);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'application/json; charset=latin1',
    'application/merge-patch+json',
    'x',
  ])('%s is another type', async (type) => {
    expectError(await post('/api/v1/events', { content: '{"name":"x"}', type }), NOT_JSON);
  });

  it('another encoding is another type', async () => {
    expectError(await post('/api/v1/events', { content: '{}', encoding: 'zstd' }), NOT_JSON);
  });

  it('no type at all is another type', async () => {
    const text = `POST /api/v1/events HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-API-KEY: ${organization.client.apiKey}\r\nContent-Length: 2\r\n\r\n{}`;
    expectError(await sendText(app.url, text), NOT_JSON);
  });

  it.each([
    '{"a":'.repeat(5_000) + '1' + '}'.repeat(5_000),
    `{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
  ])('deep nesting is refused', async (text) => {
    const answer = await post('/api/v1/events', { content: text });
    expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
    expect(Object.values(fieldErrors(answer))).toEqual([['must not be nested deeper than 20 levels']]);
  });

  const many = <T>(count: number, item: (index: number) => T) =>
    Array.from({ length: count }, (_, at) => item(at));

  it.each([
    ['bad text under a long name', { ['a'.repeat(128 * 1024)]: many(2_000, () => '\u0000') }],
    ['unknown fields', Object.fromEntries(many(20_000, (index) => [`f${index}`, 1]))],
    ['objects where there is one', { start: many(20_000, () => ({})) }],
    ['lists within lists', { name: many(100, () => many(100, () => [])) }],
  ])('%s: a body has no more than 500 values', async (_, body) => {
    expectError(await post('/api/v1/events', { content: JSON.stringify(body) }), {
      ...INVALID,
      details: { fieldErrors: { body: ['must not have more than 500 values'] } },
    });
  });

  it.each([
    ['before validation', '\u0000'],
    ['by validation', 'x'],
  ])('of many bad fields with long names, found %s, 100 are named, and how they begin', async (_, text) => {
    const long = 'a'.repeat(500);
    const body = { start: Object.fromEntries(many(400, (index) => [`${index} ${long}`, text])) };
    const answer = await post('/api/v1/events', { content: JSON.stringify(body) });
    expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
    expect(Object.keys(fieldErrors(answer))).toHaveLength(100);
    expect(fieldErrors(answer)).toHaveProperty([`start.0 ${long}`.slice(0, 200) + '…']);
  });

  it('bad text under a name that is as long as the body is told of once', async () => {
    const body = { ['a'.repeat(128 * 1024)]: many(200, () => ['\u0000']) };
    const answer = await post('/api/v1/events', { content: JSON.stringify(body) });
    expect([answer.status, answer.body.code]).toEqual([400, 'validation_failed']);
    expect(fieldErrors(answer)).toEqual({
      name: expect.any(Array),
      start: expect.any(Array),
      [`${'a'.repeat(200)}…`]: ['must not contain NUL characters', 'is not a known field'],
    });
  });

  it('bad text tells nobody who may not write that it is bad', async () => {
    const body = { content: '{"name":"\\u0000"}' };
    const { status } = await postBytes(app, 'unknown', '/api/v1/events', body);
    expect(status).toBe(401);
  });

  it('bad text is refused where an operation takes no body, and by the path where there is none', async () => {
    const refused = await post('/api/v1/payments/pay_x/confirmation-email', { content: '{"to":"\\u0000"}' });
    expect([refused.status, fieldErrors(refused)]).toEqual([400, { to: ['is not a known field'] }]);
    expect((await post('/nothing', { content: '{"name":"\\u0000"}' })).status).toBe(404);
  });

  it('a list is no object', async () => {
    for (const text of ['[]', '[{}]', '[[]]', '[1]']) {
      expectError(await post('/api/v1/events', { content: text }), {
        ...INVALID,
        details: { fieldErrors: { body: ['must be a JSON object'] } },
      });
    }
  });

  it('every bad field is named at once, by its path', async () => {
    const { body } = await organization.client.post('/events', {
      name: '',
      start: { utc: 'soon', timezone: 'Mars/Olympus' },
      capacity: -1,
      colour: 'red',
    });
    expect(Object.keys(body.details.fieldErrors).sort()).toEqual([
      'capacity',
      'colour',
      'name',
      'start.timezone',
      'start.utc',
    ]);
  });

  it.each(['page', 'page_size', 'cursor'])('%s is as unknown as any other field', async (field) => {
    const { status, body } = await organization.client.post('/contacts', {
      email: 'ada@example.org',
      [field]: 1,
    });
    expect([status, body.code]).toEqual([400, 'validation_failed']);
    expect(body.details.fieldErrors).toEqual({ [field]: ['is not a known field'] });
  });
});
