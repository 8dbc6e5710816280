import type { Client } from '../support/client';
import { startApp, type TestApp } from '../support/app';
import type { TestOrganization } from '../support/organization';

const START = { utc: '2027-03-01T18:00:00Z', timezone: 'Europe/Berlin' };

describe('POST /events', () => {
  let app: TestApp;
  let organization: TestOrganization;
  let client: Client;

  beforeAll(async () => {
    app = await startApp();
    organization = await app.organization();
    ({ client } = organization);
  });
  afterAll(() => app.close());

  const create = (fields: object = {}) =>
    client.post('/events', { name: 'Concert', start: START, ...fields });

  /** Sends an event that is refused and returns what is said of its fields. */
  async function refusal(fields: object): Promise<Record<string, string[]>> {
    const { body } = await create(fields).expect(400);
    expect(body).toMatchObject({ error: 'Validation failed', code: 'validation_failed' });
    return body.details.fieldErrors;
  }

  it('makes an event from a name and a start', async () => {
    const { body } = await create().expect(201);
    expect(body).toEqual({
      id: expect.stringMatching(/^evt_/),
      name: 'Concert',
      description: null,
      status: 'active',
      registration_status: 'open',
      currency: 'USD',
      capacity: 0,
      tickets_sold: 0,
      seats_remaining: null,
      start: { utc: '2027-03-01T18:00:00.000Z', timezone: 'Europe/Berlin' },
      end: null,
      venue: null,
      online_url: null,
      require_approval: false,
      hidden: false,
      cover_image: null,
      created_at: expect.any(String),
      updated_at: body.created_at,
    });
    const { body: read } = await client.get(`/events/${body.id}`).expect(200);
    expect(read).toEqual(body);
  });

  it('takes every field', async () => {
    const { body, text } = await create({
      name: '  Autumn Concert ',
      start: { utc: '2027-07-05T19:00:00', timezone: 'Europe/Berlin' },
      end: { utc: '2027-07-05T23:00:00+01:00', timezone: 'Europe/London' },
      location: 'Marktplatz 1, Bremen',
      currency: 'eur',
      capacity: 500,
      ticket_price: 25.5,
      description: 'Chamber <b>music</b> 🎻',
      require_approval: true,
      hidden: true,
    }).expect(201);
    expect(body).toMatchObject({
      name: 'Autumn Concert',
      start: { utc: '2027-07-05T17:00:00.000Z', timezone: 'Europe/Berlin' },
      end: { utc: '2027-07-05T22:00:00.000Z', timezone: 'Europe/London' },
      venue: { name: null, address: 'Marktplatz 1, Bremen', city: null, state: null, country: null },
      online_url: null,
      currency: 'EUR',
      capacity: 500,
      seats_remaining: 500,
      description: 'Chamber <b>music</b> 🎻',
      require_approval: true,
      hidden: true,
    });
    expect((await client.get(`/events/${body.id}`).expect(200)).text).toBe(text);
  });

  it('makes the ticket class "General Admission" with the price and the approval of the event', async () => {
    const event = await organization.event({ ticket_price: 12.5, currency: 'EUR', require_approval: true });
    const { body } = await client.get(`/events/${event.id}/ticket-classes`).expect(200);
    expect(body.data).toEqual([
      expect.objectContaining({
        name: 'General Admission',
        status: 'active',
        currency: 'EUR',
        cost: 12.5,
        free: false,
        quantity_total: 0,
        quantity_sold: 0,
        seats_remaining: null,
        require_approval: true,
      }),
    ]);
    expect((await organization.event()).ticketClass).toMatchObject({ cost: 0, free: true });
  });

  it('is virtual when the location is an https URL', async () => {
    const { body } = await create({ location: 'https://meet.example.org/a?b=c#d' }).expect(201);
    expect(body).toMatchObject({ online_url: 'https://meet.example.org/a?b=c#d', venue: null });
  });

  it.each([
    'http://meet.example.org',
    'javascript://alert(1)',
    'https://',
    'https://exa mple.org',
    'https://a\nb.org',
  ])('refuses the location %j, which is no https URL but looks like a URL', async (location) => {
    expect(await refusal({ location })).toEqual({ location: ['must be an address or an https:// URL'] });
  });

  it('refuses a wall-clock time that clocks skip', async () => {
    const start = { utc: '2027-03-28T02:30:00', timezone: 'Europe/Berlin' };
    expect(await refusal({ start })).toEqual({
      'start.utc': ['does not exist in Europe/Berlin: clocks skip it when they go forward'],
    });
  });

  it('means the first of two moments that clocks show alike', async () => {
    const { body } = await create({ start: { utc: '2027-10-31T02:30:00', timezone: 'Europe/Berlin' } });
    expect(body.start.utc).toBe('2027-10-31T00:30:00.000Z');
  });

  it('refuses an end that is not after the start', async () => {
    expect(await refusal({ end: START })).toEqual({ 'end.utc': ['must be after start'] });
  });

  it('compares start and end as moments and not as clocks show them', async () => {
    const start = { utc: '2027-03-01T10:00:00', timezone: 'Asia/Tokyo' };
    await create({ start, end: { utc: '2027-03-01T02:00:00', timezone: 'Europe/London' } }).expect(201);
    await create({ start, end: { utc: '2027-03-01T01:00:00', timezone: 'Europe/London' } }).expect(400);
  });

  it('allows a price the decimals of the currency', async () => {
    await create({ currency: 'KWD', ticket_price: 1.234 }).expect(201);
    await create({ currency: 'JPY', ticket_price: 1_500 }).expect(201);
    expect(await refusal({ currency: 'JPY', ticket_price: 1.5 })).toEqual({
      ticket_price: ['must be a whole number in JPY'],
    });
    expect(await refusal({ ticket_price: 1e-7 })).toEqual({
      ticket_price: ['must have at most 2 decimals in USD'],
    });
  });

  it('names all bad fields at once', async () => {
    expect(
      await refusal({
        name: ' ',
        start: { utc: 'soon', timezone: 'Mars/Olympus' },
        capacity: -1,
        currency: 'EURO',
        ticket_price: '12',
        hidden: 'yes',
        colour: 'red',
      }),
    ).toEqual({
      name: ['should not be empty'],
      'start.utc': ['must be an ISO 8601 date and time like 2026-05-26T19:00:00'],
      'start.timezone': ['must be an IANA time zone like Europe/Berlin'],
      capacity: ['must not be less than 0'],
      currency: ['must be an ISO 4217 currency code'],
      ticket_price: expect.arrayContaining([expect.stringContaining('must be a number')]),
      hidden: ['must be a boolean value'],
      colour: ['is not a known field'],
    });
    const end = { utc: '2027-01-01T00:00:00Z', timezone: 'UTC' };
    expect(Object.keys(await refusal({ end, currency: 'JPY', ticket_price: 0.5 })).sort()).toEqual([
      'end.utc',
      'ticket_price',
    ]);
  });

  it('holds fields against one another that are right by themselves, beside others that are not', async () => {
    const end = { utc: '2027-01-01T00:00:00Z', timezone: 'UTC' };
    expect(
      await refusal({ name: ' ', end, capacity: -1, currency: 'JPY', ticket_price: 0.5, colour: 'red' }),
    ).toEqual({
      name: ['should not be empty'],
      'end.utc': ['must be after start'],
      capacity: ['must not be less than 0'],
      ticket_price: ['must be a whole number in JPY'],
      colour: ['is not a known field'],
    });
  });

  it.each<[string, object]>([
    ['start.timezone', { start: { ...START, timezone: 'Mars/Olympus' }, end: START }],
    ['start', { start: null, end: START }],
    ['end', { end: [START] }],
    ['end.utc', { end: { utc: '0000-01-01T00:00:00Z', timezone: 'UTC' } }],
    ['end.place', { end: { ...START, place: 'here' } }],
    ['currency', { currency: ['JPY'], ticket_price: 0.5 }],
    ['currency', { currency: 'YEN', ticket_price: 0.005 }],
    ['ticket_price', { currency: 'JPY', ticket_price: -0.5 }],
    ['ticket_price', { currency: 'JPY', ticket_price: {} }],
  ])('holds nothing against a bad %s: %j', async (field, fields) => {
    const errors = await refusal(fields);
    expect(Object.keys(errors)).toEqual([field]);
    expect(errors[field]).not.toContain('must be after start');
    expect(errors[field]).not.toContain('must be a whole number in JPY');
  });

  it('names bad text beside all other bad fields, and all that is wrong with it', async () => {
    expect(
      await refusal({
        name: `${'a'.repeat(200)}\u0000`,
        description: 'a\ud800b',
        end: START,
        location: 'http://example.org',
        colour: '\u0000',
      }),
    ).toEqual({
      name: ['must not contain NUL characters', 'must be shorter than or equal to 200 characters'],
      description: ['must be well-formed Unicode'],
      'end.utc': ['must be after start'],
      location: ['must be an address or an https:// URL'],
      colour: ['must not contain NUL characters', 'is not a known field'],
    });
  });

  it.each<[string, object]>([
    ['name', { name: null }],
    ['name', { name: 7 }],
    ['name', { name: 'a'.repeat(201) }],
    ['name', { name: 'a\u0000b' }],
    ['start', { start: null }],
    ['start', { start: '2027-03-01T18:00:00Z' }],
    ['start', { start: [START] }],
    ['start.utc', { start: { timezone: 'UTC' } }],
    ['start.utc', { start: { utc: ['2027-03-01T18:00:00Z'], timezone: 'UTC' } }],
    ['start.utc', { start: { utc: 0, timezone: 'UTC' } }],
    ['start.utc', { start: { utc: '0000-01-01T00:00:00Z', timezone: 'UTC' } }],
    ['start.timezone', { start: { utc: '2027-03-01T18:00:00Z' } }],
    ['start.timezone', { start: { utc: '2027-03-01T18:00:00Z', timezone: '+01:00' } }],
    ['start.offset', { start: { ...START, offset: 1 } }],
    ['end', { end: 'later' }],
    ['location', { location: '' }],
    ['location', { location: { address: 'here' } }],
    ['location', { location: 'a'.repeat(2_001) }],
    ['currency', { currency: null }],
    ['currency', { currency: 978 }],
    ['capacity', { capacity: 1.5 }],
    ['capacity', { capacity: 1e300 }],
    ['capacity', { capacity: null }],
    ['ticket_price', { ticket_price: -0.01 }],
    ['ticket_price', { ticket_price: 1e9 }],
    ['description', { description: 'a'.repeat(50_001) }],
    ['require_approval', { require_approval: 1 }],
    ['tickets_sold', { tickets_sold: 5 }],
    ['status', { status: 'inactive' }],
  ])('refuses a bad %s: %j', async (field, fields) => {
    expect(Object.keys(await refusal(fields))).toEqual([field]);
  });

  it('keeps null out of what is stored', async () => {
    const { body } = await create({ end: null, location: null, description: null }).expect(201);
    expect(body).toMatchObject({ end: null, venue: null, online_url: null, description: null });
  });

  it('leaves nothing behind when it is refused', async () => {
    const other = await app.organization();
    await other.client.post('/events', { name: 'Concert', start: START, ticket_price: 0.001 }).expect(400);
    const { body } = await other.client.get('/events').expect(200);
    expect(body.pagination.total).toBe(0);
  });

  it('needs events:write', async () => {
    const reader = await organization.clientWith('events:read', 'ticket_classes:write');
    const { body } = await reader.post('/events', {}).expect(403);
    expect(body).toMatchObject({
      error: 'insufficient_scope',
      details: { required_scope: 'events:write' },
    });
  });
});
