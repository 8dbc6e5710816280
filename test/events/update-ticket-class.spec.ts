import type { TicketClassDto } from '../../src/events/dto/ticket-class.dto';
import { startApp, type TestApp } from '../support/app';
import { type TestEvent, type TestOrganization, ticketsFor } from '../support/organization';

describe('PATCH /events/{eventId}/ticket-classes/{ticketClassId}', () => {
  let app: TestApp;
  let organization: TestOrganization;
  /** Its ticket class is "Balcony". */
  let event: TestEvent;
  let balcony: TicketClassDto;

  beforeAll(async () => {
    app = await startApp();
    organization = await app.organization();
  });
  afterAll(async () => {
    await app.expectNoDrift();
    await app.close();
  });
  beforeEach(async () => {
    event = await organization.event({ currency: 'EUR' });
    balcony = await organization.ticketClass(event, { quantity_total: 10, cost: 40 });
    event = { ...event, ticketClass: balcony };
  });

  const path = () => `/events/${event.id}/ticket-classes/${balcony.id}`;
  const patch = (fields: object) => organization.client.patch(path(), fields);

  async function changed(fields: object): Promise<TicketClassDto> {
    const { body } = await patch(fields).expect(200);
    expect((await organization.client.get(path()).expect(200)).body).toEqual(body);
    return body as TicketClassDto;
  }

  async function refusal(fields: object): Promise<Record<string, string[]>> {
    const { body } = await patch(fields).expect(400);
    expect(body.code).toBe('validation_failed');
    return body.details.fieldErrors;
  }

  it.each<{ sent: Partial<TicketClassDto>; follows?: Partial<TicketClassDto> }>([
    { sent: { name: 'Gallery' } },
    { sent: { description: 'Unnumbered seats.' } },
    { sent: { cost: 39.5 } },
    { sent: { cost: 0 }, follows: { free: true } },
    { sent: { quantity_total: 12 }, follows: { seats_remaining: 12 } },
    { sent: { quantity_total: 0 }, follows: { seats_remaining: null } },
    { sent: { sales_start: '2026-08-01T00:00:00.000Z' } },
    { sent: { sales_end: '2026-08-01T00:00:00.000Z' } },
    { sent: { minimum_per_order: 2 } },
    { sent: { maximum_per_order: 4 } },
    { sent: { require_approval: true } },
    { sent: { hide_on_event_page: true } },
  ])('changes %j and nothing else', async ({ sent, follows }) => {
    const after = await changed(sent);
    expect(after).toEqual({ ...balcony, ...sent, ...follows, updated_at: after.updated_at });
    expect(after.updated_at > balcony.updated_at).toBe(true);
  });

  it('clears what may be null', async () => {
    const none = { description: null, sales_start: null, sales_end: null, maximum_per_order: null };
    await changed({
      description: 'x',
      sales_start: '2026-08-01T00:00:00Z',
      sales_end: '2026-08-02T00:00:00Z',
      maximum_per_order: 3,
    });
    expect(await changed(none)).toMatchObject(none);
  });

  it('asks for at least one field', async () => {
    const { body } = await patch({}).expect(400);
    expect(body).toMatchObject({ error: 'At least one field is required', code: 'no_fields_given' });
  });

  it('refuses a taken name, and takes the name that it has', async () => {
    const { body } = await patch({ name: ' General Admission ' }).expect(409);
    expect(body).toMatchObject({
      error: 'A ticket class with this name already exists',
      code: 'ticket_class_name_taken',
    });
    expect(await changed({ name: 'Balcony' })).toMatchObject({ name: 'Balcony' });
  });

  it('gives a name to one of two who rename to it at once', async () => {
    const stalls = await organization.ticketClass(event, { name: 'Stalls' });
    const answers = await Promise.all([
      patch({ name: 'Gallery' }),
      organization.client.patch(`/events/${event.id}/ticket-classes/${stalls.id}`, { name: 'Gallery' }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('holds what is given against what is there, and names what was given', async () => {
    await changed({
      sales_start: '2026-08-01T00:00:00Z',
      sales_end: '2026-08-02T00:00:00Z',
      minimum_per_order: 2,
      maximum_per_order: 4,
    });
    expect(await refusal({ sales_start: '2026-08-02T00:00:00Z' })).toEqual({
      sales_start: ['must be before sales_end'],
    });
    expect(await refusal({ sales_end: '2026-08-01T00:00:00Z' })).toEqual({
      sales_end: ['must be after sales_start'],
    });
    expect(await refusal({ minimum_per_order: 5 })).toEqual({
      minimum_per_order: ['must not be greater than maximum_per_order'],
    });
    expect(await refusal({ maximum_per_order: 1 })).toEqual({
      maximum_per_order: ['must not be less than minimum_per_order'],
    });
    expect(await refusal({ cost: 0.001 })).toEqual({ cost: ['must have at most 2 decimals in EUR'] });
  });

  it.each<[string, object]>([
    ['name', { name: null }],
    ['cost', { cost: null }],
    ['quantity_total', { quantity_total: null }],
    ['quantity_total', { quantity_total: -1 }],
    ['minimum_per_order', { minimum_per_order: null }],
    ['require_approval', { require_approval: null }],
    ['status', { status: 'active' }],
    ['quantity_sold', { quantity_sold: 0 }],
    ['currency', { currency: 'USD' }],
  ])('refuses a bad %s: %j', async (field, fields) => {
    expect(Object.keys(await refusal(fields))).toEqual([field]);
  });

  describe('quantity_total', () => {
    it('opens seats at once when it is raised', async () => {
      await organization.issue(event, { quantity: 10 });
      const more = () => organization.client.post(`/events/${event.id}/attendees`, ticketsFor(event));
      await more().expect(409);
      expect(await changed({ quantity_total: 11 })).toMatchObject({ seats_remaining: 1 });
      await more().expect(201);
      await more().expect(409);
    });

    it('does not go below what is held, pending tickets included', async () => {
      await organization.issue(event, { quantity: 2 });
      await organization.issue(event, { quantity: 3, status: 'pending_approval' });
      const { body } = await patch({ quantity_total: 4 }).expect(409);
      expect(body).toMatchObject({
        error: 'Ticket class "Balcony" cannot have 4 in total: 5 seats are held',
        code: 'quantity_below_seats_held',
        details: { requested: 4, seats_held: 5 },
      });
      expect(await changed({ quantity_total: 5 })).toMatchObject({ quantity_sold: 2, seats_remaining: 0 });
      expect(await changed({ quantity_total: 0 })).toMatchObject({ seats_remaining: null });
    });

    it('never falls below what sales take at the same time', async () => {
      const sales = Array.from({ length: 10 }, (_, index) =>
        organization.client.post(
          `/events/${event.id}/attendees`,
          ticketsFor(event, { contact: { email: `guest${index}@example.org` } }),
        ),
      );
      const cuts = Array.from({ length: 5 }, (_, index) => patch({ quantity_total: 5 - index }));
      const [sold, cut] = await Promise.all([Promise.all(sales), Promise.all(cuts)]);
      expect(sold.every(({ status }) => status === 201 || status === 409)).toBe(true);
      expect(cut.every(({ status }) => status === 200 || status === 409)).toBe(true);

      const { body } = await organization.client.get(path()).expect(200);
      expect(body.quantity_sold).toBe(sold.filter(({ status }) => status === 201).length);
      expect(body.quantity_sold).toBeLessThanOrEqual(body.quantity_total as number);
      await app.expectNoDrift();
    });
  });
});
