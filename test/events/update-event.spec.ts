import type { EventDto } from '../../src/events/dto/event.dto';
import { startApp, type TestApp } from '../support/app';
import { type TestOrganization, ticketsFor } from '../support/organization';

describe('PATCH /events/{eventId}', () => {
  let app: TestApp;
  let organization: TestOrganization;

  beforeAll(async () => {
    app = await startApp();
    organization = await app.organization();
  });
  afterAll(async () => {
    await app.expectNoDrift();
    await app.close();
  });

  const patch = (event: EventDto, fields: object) => organization.client.patch(`/events/${event.id}`, fields);

  async function changed(event: EventDto, fields: object): Promise<EventDto> {
    const { body } = await patch(event, fields).expect(200);
    const { body: read } = await organization.client.get(`/events/${event.id}`).expect(200);
    expect(read).toEqual(body);
    return body as EventDto;
  }

  async function refusal(event: EventDto, fields: object): Promise<Record<string, string[]>> {
    const { body } = await patch(event, fields).expect(400);
    expect(body.code).toBe('validation_failed');
    return body.details.fieldErrors;
  }

  it.each<[Partial<EventDto>]>([
    [{ name: 'Winter Concert' }],
    [{ description: 'Later in the year.' }],
    [{ description: null }],
    [{ status: 'inactive' }],
    [{ registration_status: 'closed' }],
    [{ currency: 'CHF' }],
    [{ start: { utc: '2027-02-01T18:00:00.000Z', timezone: 'Europe/Zurich' } }],
    [{ end: { utc: '2027-03-02T18:00:00.000Z', timezone: 'Europe/Zurich' } }],
    [{ online_url: 'https://example.org/stream' }],
    [{ require_approval: true }],
    [{ hidden: true }],
    [{ cover_image: 'https://example.org/cover.jpg' }],
  ])('changes %j and nothing else', async (fields) => {
    const { id } = await organization.event({ description: 'An evening.' });
    const { body: before } = await organization.client.get(`/events/${id}`).expect(200);
    const after = await changed(before as EventDto, fields);
    expect(after).toEqual({ ...before, ...fields, updated_at: after.updated_at });
    expect(after.updated_at > before.updated_at).toBe(true);
  });

  it('changes several fields at once', async () => {
    const event = await organization.event();
    const fields = { name: 'Renamed', status: 'inactive', capacity: 7, hidden: true };
    expect(await changed(event, fields)).toMatchObject({ ...fields, seats_remaining: 7 });
  });

  it('clears the end', async () => {
    const event = await organization.event({ end: { utc: '2027-03-01T22:00:00Z', timezone: 'UTC' } });
    expect((await changed(event, { end: null })).end).toBeNull();
  });

  it('keeps the end after the start when only one of them is given', async () => {
    const event = await organization.event({ end: { utc: '2027-03-01T22:00:00Z', timezone: 'UTC' } });
    const start = { utc: '2027-03-01T22:00:00Z', timezone: 'UTC' };
    const end = { utc: '2027-03-01T18:00:00Z', timezone: 'UTC' };
    expect(await refusal(event, { start })).toEqual({ 'start.utc': ['must be before end'] });
    expect(await refusal(event, { end })).toEqual({ 'end.utc': ['must be after start'] });
    expect(await refusal(event, { start, end: start })).toEqual({ 'end.utc': ['must be after start'] });
    expect(await refusal(event, { start, end: start, capacity: -1 })).toEqual({
      'end.utc': ['must be after start'],
      capacity: ['must not be less than 0'],
    });
    expect(await changed(event, { start, end: null })).toMatchObject({ end: null });
  });

  it('reads wall-clock times like the create does', async () => {
    const event = await organization.event();
    const start = { utc: '2027-07-01T20:00:00', timezone: 'America/New_York' };
    expect((await changed(event, { start })).start.utc).toBe('2027-07-02T00:00:00.000Z');
    expect(await refusal(event, { start: { ...start, utc: '2027-03-14T02:30:00' } })).toEqual({
      'start.utc': ['does not exist in America/New_York: clocks skip it when they go forward'],
    });
  });

  it('replaces the venue whole', async () => {
    const event = await organization.event({ location: 'Marktplatz 1' });
    const venue = { name: 'Stadthalle', city: 'Bremen' };
    expect((await changed(event, { venue })).venue).toEqual({
      name: 'Stadthalle',
      address: null,
      city: 'Bremen',
      state: null,
      country: null,
    });
    expect((await changed(event, { venue: null })).venue).toBeNull();
  });

  it('takes a venue without any field for none', async () => {
    const event = await organization.event({ location: 'Marktplatz 1' });
    expect((await changed(event, { venue: { name: ' ', city: null } })).venue).toBeNull();
  });

  it('takes the location for the venue or the online URL, and clears the other', async () => {
    const event = await organization.event({ location: 'Marktplatz 1' });
    expect(await changed(event, { location: 'https://example.org/live' })).toMatchObject({
      venue: null,
      online_url: 'https://example.org/live',
    });
    expect(await changed(event, { location: 'Domshof 2' })).toMatchObject({
      venue: { address: 'Domshof 2' },
      online_url: null,
    });
    expect(await changed(event, { location: null })).toMatchObject({ venue: null, online_url: null });
    const venue = { name: 'Stadthalle' };
    expect(await changed(event, { location: 'https://example.org/live', venue })).toMatchObject({
      venue,
      online_url: 'https://example.org/live',
    });
  });

  it('can have both a venue and an online URL', async () => {
    const event = await organization.event({ location: 'Marktplatz 1' });
    const { venue, online_url } = await changed(event, { online_url: 'https://example.org/live' });
    expect([venue?.address, online_url]).toEqual(['Marktplatz 1', 'https://example.org/live']);
  });

  it('asks for at least one field', async () => {
    const event = await organization.event();
    const { body } = await patch(event, {}).expect(400);
    expect(body).toMatchObject({ error: 'At least one field is required', code: 'no_fields_given' });
  });

  let event: EventDto | undefined;
  it.each<[string, object]>([
    ['tickets_sold', { tickets_sold: 1 }],
    ['id', { id: 'evt_01k5x9a3v8e6rr4c1m2n3p4q5s' }],
    ['ticket_price', { ticket_price: 5 }],
    ['name', { name: null }],
    ['name', { name: '' }],
    ['status', { status: 'deleted' }],
    ['status', { status: null }],
    ['registration_status', { registration_status: 'ajar' }],
    ['start', { start: null }],
    ['capacity', { capacity: null }],
    ['capacity', { capacity: '5' }],
    ['currency', { currency: null }],
    ['require_approval', { require_approval: null }],
    ['hidden', { hidden: null }],
    ['venue', { venue: 'Stadthalle' }],
    ['venue', { venue: [] }],
    ['venue.name', { venue: { name: 5 } }],
    ['venue.planet', { venue: { planet: 'Mars' } }],
    ['online_url', { online_url: 'http://example.org' }],
    ['online_url', { online_url: 'https://' }],
    ['cover_image', { cover_image: 'data:image/png;base64,AAAA' }],
    ['cover_image', { cover_image: '' }],
  ])('refuses a bad %s: %j', async (field, fields) => {
    event ??= await organization.event();
    expect(Object.keys(await refusal(event, fields))).toEqual([field]);
  });

  it('allows a capacity below what is held, which closes the event to more', async () => {
    const event = await organization.event({ capacity: 10 });
    await organization.issue(event, { quantity: 3 });
    expect(await changed(event, { capacity: 2 })).toMatchObject({ tickets_sold: 3, seats_remaining: 0 });
    const { body } = await organization.client
      .post(`/events/${event.id}/attendees`, ticketsFor(event))
      .expect(409);
    expect(body).toMatchObject({ code: 'capacity_exceeded', details: { scope: 'event', remaining: 0 } });
    expect(await changed(event, { capacity: 4 })).toMatchObject({ seats_remaining: 1 });
    await organization.issue(event);
  });

  it('never loses a sale that runs at the same time', async () => {
    const event = await organization.event({ capacity: 5 });
    const sales = Array.from({ length: 10 }, (_, index) =>
      organization.client.post(
        `/events/${event.id}/attendees`,
        ticketsFor(event, { contact: { email: `guest${index}@example.org` } }),
      ),
    );
    const patches = Array.from({ length: 5 }, (_, index) =>
      patch(event, { name: `Concert ${index}` }).expect(200),
    );
    const answers = await Promise.all(sales);
    await Promise.all(patches);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(5);
    expect(await changed(event, { hidden: true })).toMatchObject({ tickets_sold: 5, seats_remaining: 0 });
  });

  describe('the currency', () => {
    it('changes while no ticket holds a seat, and prices keep their numbers', async () => {
      const event = await organization.event({ currency: 'EUR', ticket_price: 25 });
      await organization.issue(event, { status: 'invited' });
      expect(await changed(event, { currency: 'jpy' })).toMatchObject({ currency: 'JPY' });
      const { body } = await organization.client.get(`/events/${event.id}/ticket-classes`);
      expect(body.data).toMatchObject([{ currency: 'JPY', cost: 25 }]);
    });

    it.each(['valid', 'pending_approval'])('stays what it is once a ticket is %s', async (status) => {
      const event = await organization.event({ currency: 'EUR' });
      await organization.issue(event, { status, quantity: 2 });
      const { body } = await patch(event, { currency: 'USD' }).expect(409);
      expect(body).toMatchObject({ code: 'event_currency_in_use', details: { seats_held: 2 } });
      expect(await changed(event, { currency: 'EUR', name: 'Same' })).toMatchObject({ currency: 'EUR' });
    });

    it('must suit the prices of the active ticket classes', async () => {
      const event = await organization.event({ currency: 'EUR' });
      const balcony = await organization.ticketClass(event, { cost: 12.5 });
      expect(await refusal(event, { currency: 'JPY' })).toEqual({
        currency: ['does not suit the price of ticket class "Balcony", which must be a whole number in JPY'],
      });
      const end = { utc: '1970-01-01T00:00:00Z', timezone: 'UTC' };
      expect(Object.keys(await refusal(event, { currency: 'JPY', end })).sort()).toEqual([
        'currency',
        'end.utc',
      ]);
      await organization.client.delete(`/events/${event.id}/ticket-classes/${balcony.id}`).expect(200);
      await changed(event, { currency: 'JPY' });
    });
  });

  it('never changes the currency under a price that is written at the same time', async () => {
    for (let round = 0; round < 4; round++) {
      const event = await organization.event({ currency: 'EUR' });
      const answers = await Promise.all([
        patch(event, { currency: 'JPY' }),
        organization.client.post(`/events/${event.id}/ticket-classes`, { name: 'Balcony', cost: 12.5 }),
      ]);
      expect([
        [200, 400],
        [400, 201],
      ]).toContainEqual(answers.map(({ status }) => status));
    }
  });

  it('needs events:write', async () => {
    const event = await organization.event();
    const reader = await organization.clientWith('events:read');
    await reader.patch(`/events/${event.id}`, { name: 'Mine' }).expect(403);
  });
});
