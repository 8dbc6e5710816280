import type { TicketClassDto } from '../../src/events/dto/ticket-class.dto';
import { startApp, type TestApp } from '../support/app';
import type { TestEvent, TestOrganization } from '../support/organization';

describe('/events/{eventId}/ticket-classes', () => {
  let app: TestApp;
  let organization: TestOrganization;
  let event: TestEvent;

  beforeAll(async () => {
    app = await startApp();
    organization = await app.organization();
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    event = await organization.event({ currency: 'EUR' });
  });

  const path = () => `/events/${event.id}/ticket-classes`;
  const create = (fields: object = {}) => organization.client.post(path(), { name: 'Balcony', ...fields });

  async function listed(): Promise<TicketClassDto[]> {
    const { body } = await organization.client.get(path()).expect(200);
    return body.data;
  }

  describe('POST', () => {
    async function refusal(fields: object): Promise<Record<string, string[]>> {
      const { body } = await create(fields).expect(400);
      expect(body.code).toBe('validation_failed');
      return body.details.fieldErrors;
    }

    it('makes a ticket class from a name', async () => {
      const { body } = await create().expect(201);
      expect(body).toEqual({
        id: expect.stringMatching(/^tcl_/),
        name: 'Balcony',
        description: null,
        status: 'active',
        currency: 'EUR',
        cost: 0,
        free: true,
        quantity_total: 0,
        quantity_sold: 0,
        seats_remaining: null,
        sales_start: null,
        sales_end: null,
        minimum_per_order: 1,
        maximum_per_order: null,
        require_approval: false,
        hide_on_event_page: false,
        created_at: expect.any(String),
        updated_at: body.created_at,
      });
    });

    it('takes every field', async () => {
      const { body } = await create({
        name: ' Balcony left ',
        description: 'Unnumbered seats.',
        cost: 39.95,
        quantity_total: 80,
        sales_start: '2026-08-01T10:00:00+02:00',
        sales_end: '2026-11-05T16:00:00Z',
        minimum_per_order: 2,
        maximum_per_order: 10,
        require_approval: true,
        hide_on_event_page: true,
      }).expect(201);
      expect(body).toMatchObject({
        name: 'Balcony left',
        description: 'Unnumbered seats.',
        cost: 39.95,
        free: false,
        quantity_total: 80,
        seats_remaining: 80,
        sales_start: '2026-08-01T08:00:00.000Z',
        sales_end: '2026-11-05T16:00:00.000Z',
        minimum_per_order: 2,
        maximum_per_order: 10,
        require_approval: true,
        hide_on_event_page: true,
      });
      expect((await organization.client.get(`${path()}/${body.id}`).expect(200)).body).toEqual(body);
    });

    it('asks for approval when the event does, unless it says otherwise', async () => {
      await organization.client.patch(`/events/${event.id}`, { require_approval: true }).expect(200);
      expect((await create().expect(201)).body.require_approval).toBe(true);
      const { body } = await create({ name: 'Stalls', require_approval: false }).expect(201);
      expect(body.require_approval).toBe(false);
    });

    it('refuses a name that an active ticket class of the event has', async () => {
      await create().expect(201);
      const { body } = await create({ name: ' Balcony ' }).expect(409);
      expect(body).toMatchObject({
        error: 'A ticket class with this name already exists',
        code: 'ticket_class_name_taken',
      });
      await create({ name: 'General Admission' }).expect(409);
    });

    it('tells upper from lower case, and one event from another', async () => {
      await create().expect(201);
      await create({ name: 'BALCONY' }).expect(201);
      await organization.ticketClass(await organization.event(), { name: 'Balcony' });
    });

    it('gives a name to one of several who ask at once', async () => {
      const answers = await Promise.all(Array.from({ length: 8 }, () => create()));
      expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(7).fill(409)]);
      expect((await listed()).map(({ name }) => name)).toEqual(['Balcony', 'General Admission']);
    });

    it('holds fields against one another', async () => {
      expect(
        await refusal({
          cost: 0.001,
          sales_start: '2026-08-01T00:00:00Z',
          sales_end: '2026-08-01T00:00:00Z',
          minimum_per_order: 5,
          maximum_per_order: 4,
        }),
      ).toEqual({
        cost: ['must have at most 2 decimals in EUR'],
        sales_end: ['must be after sales_start'],
        maximum_per_order: ['must not be less than minimum_per_order'],
      });
      await create({ minimum_per_order: 4, maximum_per_order: 4 }).expect(201);
    });

    it('holds fields against one another that are right by themselves, beside others that are not', async () => {
      expect(
        await refusal({
          name: 'Balcony\u0000',
          quantity_total: -1,
          sales_start: '2026-08-01T00:00:00Z',
          sales_end: '2026-07-01T00:00:00Z',
          minimum_per_order: 5,
          maximum_per_order: 4,
          currency: 'USD',
        }),
      ).toEqual({
        name: ['must not contain NUL characters'],
        quantity_total: ['must not be less than 0'],
        sales_end: ['must be after sales_start'],
        maximum_per_order: ['must not be less than minimum_per_order'],
        currency: ['is not a known field'],
      });
    });

    it.each<[string, object]>([
      ['sales_start', { sales_start: 'soon', sales_end: '2026-08-01T00:00:00Z' }],
      ['sales_end', { sales_start: '2026-08-01T00:00:00Z', sales_end: '1969-08-01T00:00:00Z' }],
      ['minimum_per_order', { minimum_per_order: 20_000_000, maximum_per_order: 4 }],
      ['minimum_per_order', { minimum_per_order: null, maximum_per_order: 4 }],
      ['maximum_per_order', { minimum_per_order: 5, maximum_per_order: 0 }],
    ])('holds nothing against a bad %s: %j', async (field, fields) => {
      const errors = await refusal(fields);
      expect(Object.keys(errors)).toEqual([field]);
      expect(errors[field]!.filter((text) => /sales_|_per_order/.test(text))).toEqual([]);
    });

    it.each<[string, object]>([
      ['name', { name: undefined }],
      ['name', { name: '  ' }],
      ['name', { name: 'a'.repeat(121) }],
      ['description', { description: 5 }],
      ['cost', { cost: -1 }],
      ['cost', { cost: '5' }],
      ['cost', { cost: 1e-7 }],
      ['cost', { cost: 1e9 }],
      ['cost', { cost: null }],
      ['quantity_total', { quantity_total: 0.5 }],
      ['quantity_total', { quantity_total: 10_000_001 }],
      ['sales_start', { sales_start: '2026-08-01T00:00:00' }],
      ['sales_end', { sales_end: 1_780_000_000_000 }],
      ['minimum_per_order', { minimum_per_order: 0 }],
      ['maximum_per_order', { maximum_per_order: 0 }],
      ['require_approval', { require_approval: 'no' }],
      ['hide_on_event_page', { hide_on_event_page: null }],
      ['currency', { currency: 'USD' }],
      ['quantity_sold', { quantity_sold: 1 }],
      ['status', { status: 'deleted' }],
    ])('refuses a bad %s: %j', async (field, fields) => {
      expect(Object.keys(await refusal(fields))).toEqual([field]);
    });
  });

  describe('GET', () => {
    it('lists the active ones, newest first', async () => {
      await create().expect(201);
      const { body: stalls } = await create({ name: 'Stalls' }).expect(201);
      await organization.client.delete(`${path()}/${stalls.id}`).expect(200);
      expect((await listed()).map(({ name }) => name)).toEqual(['Balcony', 'General Admission']);
    });

    it('counts what is sold and what remains', async () => {
      const balcony = await organization.ticketClass(event, { quantity_total: 10 });
      await organization.issue({ ...event, ticketClass: balcony }, { quantity: 2 });
      await organization.issue(
        { ...event, ticketClass: balcony },
        { quantity: 3, status: 'pending_approval', contact: { email: 'bob@example.org' } },
      );
      expect((await listed())[0]).toMatchObject({ quantity_sold: 2, seats_remaining: 5 });
    });

    it('does not find a ticket class of another event', async () => {
      const other = await organization.event();
      const { body } = await organization.client.get(`${path()}/${other.ticketClass.id}`).expect(404);
      expect(body).toMatchObject({ error: 'Ticket class not found', code: 'ticket_class_not_found' });
    });
  });

  it('asks for ticket_classes:read to read and for ticket_classes:write to write', async () => {
    const reader = await organization.clientWith('ticket_classes:read', 'events:write');
    await reader.get(path()).expect(200);
    for (const request of [
      reader.post(path(), {}),
      reader.patch(`${path()}/${event.ticketClass.id}`, {}),
      reader.delete(`${path()}/${event.ticketClass.id}`),
    ]) {
      const { body } = await request.expect(403);
      expect(body.details).toEqual({ required_scope: 'ticket_classes:write' });
    }
    await (await organization.clientWith('events:write')).get(path()).expect(403);
  });
});
