import { startApp, type TestApp } from '../support/app';
import { ticketsFor, type TestEvent, type TestOrganization } from '../support/organization';

const NAME_MAX = 120;
const LOCAL_PART = 'a'.repeat(64);
/** 254 characters, the most that an e-mail address can have. */
const LONGEST_EMAIL = `${LOCAL_PART}@${`${'b'.repeat(61)}.`.repeat(3)}org`;

describe('The fields of create attendee', () => {
  let app: TestApp;
  let organization: TestOrganization;
  let event: TestEvent;

  beforeAll(async () => {
    app = await startApp();
    organization = await app.organization();
    event = await organization.event();
  });
  afterAll(() => app.close());

  const ada = (fields: Record<string, unknown>) => ({ contact: { email: 'ada@example.org', ...fields } });

  async function expectRefused(fields: Record<string, unknown>, ...bad: string[]): Promise<void> {
    const { body } = await organization.tryIssue(event, fields).expect(400);
    expect(body).toEqual({
      error: 'Validation failed',
      code: 'validation_failed',
      details: { fieldErrors: expect.any(Object) },
      request_id: expect.any(String),
    });
    expect(Object.keys(body.details.fieldErrors).sort()).toEqual(bad.sort());
    for (const messages of Object.values(body.details.fieldErrors)) {
      expect(messages).toEqual(expect.arrayContaining([expect.any(String)]));
    }
  }

  it.each([
    ['ticket_class_id', [undefined, null, 1, true, {}, []]],
    ['quantity', [0, -1, 101, 1.5, 1e300, '1', '', true, {}, [1]]],
    ['status', ['rejected', 'deleted', 'VALID', '', 1, true, {}, ['valid']]],
    ['payment_method', ['card', 'Cash', '', 0, {}, ['cash']]],
    ['send_email', ['true', 1, 0, '', {}, [true]]],
    ['contact', [undefined, null, 'ada@example.org', 1, true]],
  ])('refuses a bad %s', async (field, values) => {
    for (const value of values) await expectRefused({ [field]: value }, field);
  });

  it.each([
    ['email', [undefined, null, '', '  ', 1, {}, ['ada@example.org'], 'ada', 'ada@', '@example.org']],
    ['email', ['a b@example.org', 'a@b@example.org', 'a\n@example.org', '"a\r\nBcc: b"@example.org']],
    ['email', [`a${LONGEST_EMAIL}`, `${'a'.repeat(200_000)}@example.org`]],
    ['first_name', ['x'.repeat(NAME_MAX + 1), 'x'.repeat(200_000), 1, true, {}, ['Ada']]],
    ['last_name', ['x'.repeat(NAME_MAX + 1), 'x'.repeat(200_000), 1, true, {}, ['Ada']]],
    ['phone_number', ['123', '015123456789', '+49 1512 3456789', '+0123456789', '+1234567890123456', 49, {}]],
    ['phone_number', ['call +4915123456789', '+4915123456789;ext=1', 'tel:+4915123456789', '٠١٢٣٤٥٦٧٨٩']],
  ])('refuses a bad contact.%s', async (field, values) => {
    for (const value of values) await expectRefused(ada({ [field]: value }), `contact.${field}`);
  });

  it('takes the longest values', async () => {
    const { data } = await organization.issue(event, {
      contact: {
        email: LONGEST_EMAIL,
        first_name: 'é'.repeat(NAME_MAX),
        last_name: '🎟'.repeat(NAME_MAX),
        phone_number: '+123456789012345',
      },
    });
    expect(LONGEST_EMAIL).toHaveLength(254);
    expect(data[0]).toMatchObject({ email: LONGEST_EMAIL, last_name: '🎟'.repeat(NAME_MAX) });
  });

  it('names every bad field at once', async () => {
    const fields = {
      ticket_class_id: 7,
      contact: { email: 'nobody', first_name: 7, nickname: 'Countess' },
      quantity: 101,
      status: 'deleted',
      payment_method: 'card',
      send_email: 'yes',
      seat: 'A1',
    };
    const { body } = await organization.tryIssue(event, fields).expect(400);
    expect(body.details.fieldErrors).toEqual({
      ticket_class_id: ['must be a string'],
      'contact.email': ['must be an email'],
      'contact.first_name': expect.arrayContaining(['must be a string']),
      'contact.nickname': ['is not a known field'],
      quantity: ['must not be greater than 100'],
      status: [expect.stringContaining('valid, pending_approval, checked_in, invited')],
      payment_method: [expect.stringContaining('cash, free, external')],
      send_email: ['must be a boolean value'],
      seat: ['is not a known field'],
    });
  });

  it.each(['nickname', '__proto__', 'constructor', 'prototype', 'toString', 'then', 'length', ''])(
    'refuses the unknown field %p wherever it stands',
    async (name) => {
      const withField = (value: object) => JSON.parse(JSON.stringify(value).replace('"X":', `"${name}":`));
      for (const value of ['x', 1, null, { isAdmin: true }]) {
        const outside = withField({ ...ticketsFor(event), X: value });
        await organization.client.post(`/events/${event.id}/attendees`, outside).expect(400);
        const inside = withField({ ...ticketsFor(event), contact: { email: 'ada@example.org', X: value } });
        await organization.client.post(`/events/${event.id}/attendees`, inside).expect(400);
      }
    },
  );

  it.each([
    ['an array', '[]'],
    ['an array of bodies', '[{"contact":{"email":"ada@example.org"}}]'],
    ['an empty object', '{}'],
    ['nothing', ''],
    ['null', 'null'],
    ['a string', '"x"'],
    ['a number', '1'],
  ])('refuses %s as a body', async (_, text) => {
    const { body } = await organization.client
      .post(`/events/${event.id}/attendees`)
      .set('Content-Type', 'application/json')
      .send(text)
      .expect(400);
    expect(body.code).toBe(/^[[{]|^$/.test(text) ? 'validation_failed' : 'malformed_json');
  });

  it('refuses a list of contacts', async () => {
    const { body } = await organization
      .tryIssue(event, { contact: [{ email: 'ada@example.org' }] })
      .expect(400);
    expect(body.details.fieldErrors.contact).toContain('must be an object');
  });

  it.each([
    ['NUL', '\u0000'],
    ['a lone high surrogate', '\ud83c'],
    ['a lone low surrogate', '\udf9f'],
  ])('refuses %s in every text and name', async (_, character) => {
    const text = `A${character}da`;
    await expectRefused({ ticket_class_id: text }, 'ticket_class_id');
    await expectRefused(ada({ email: `${text}@example.org` }), 'contact.email');
    await expectRefused(ada({ first_name: text }), 'contact.first_name');
    await expectRefused(ada({ last_name: text }), 'contact.last_name');
    await expectRefused(ada({ phone_number: text }), 'contact.phone_number');
    await expectRefused({ status: text }, 'status');
    await expectRefused({ [text]: 'x' }, 'body');
    await expectRefused(ada({ [text]: 'x' }), 'contact');
  });

  it('keeps names as they are written', async () => {
    const names = [
      ['Łukasz', 'Żółć'],
      ['明', '王'],
      ['مريم', 'الخوارزمي'],
      ['Zoë 👩🏽‍🚀', 'O’Neil-Smith, Jr.'],
      [`<script>alert("1")</script>`, `'; DROP TABLE contacts; --`],
      ['=1+1', '@SUM(A1)'],
      ['a\nb', 'tab\there'],
    ];
    for (const [first_name, last_name] of names) {
      const { data } = await organization.issue(event, ada({ first_name, last_name }));
      expect(data[0]).toMatchObject({ first_name, last_name });
      const { body } = await organization.client.get(`/events/${event.id}/attendees/${data[0]!.id}`);
      expect(body).toMatchObject({ first_name, last_name });
    }
  });

  it('stores nothing of a refused request', async () => {
    await organization.tryIssue(event, { contact: { email: 'nobody@example.org' }, quantity: 0 }).expect(400);
    const { body } = await organization.client.get('/contacts?email=nobody@example.org');
    expect(body.data).toEqual([]);
  });
});
