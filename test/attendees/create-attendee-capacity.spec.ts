import { startApp, type TestApp } from '../support/app';
import { ticketsFor, type TestEvent, type TestOrganization } from '../support/organization';

describe('Capacity in create attendee', () => {
  let app: TestApp;
  let organization: TestOrganization;

  beforeAll(async () => {
    app = await startApp();
    organization = await app.organization();
  });
  afterEach(() => app.expectNoDrift());
  afterAll(() => app.close());

  async function expectShortage(
    event: TestEvent,
    fields: Record<string, unknown>,
    error: string,
    details: { scope: string; requested: number; remaining: number },
  ): Promise<void> {
    const { body } = await organization.tryIssue(event, fields).expect(409);
    expect(body).toEqual({ error, code: 'capacity_exceeded', details, request_id: expect.any(String) });
  }

  async function seatsRemaining(event: TestEvent): Promise<unknown> {
    return (await organization.client.get(`/events/${event.id}`)).body.seats_remaining;
  }

  it('of the ticket class is named with what remains', async () => {
    const event = await organization.event();
    const { id: ticket_class_id } = await organization.ticketClass(event, { quantity_total: 3 });
    await expectShortage(
      event,
      { ticket_class_id, quantity: 5 },
      'Not enough seats in ticket class "Balcony": 5 requested, 3 seats remain',
      { scope: 'ticket_class', requested: 5, remaining: 3 },
    );
    await organization.issue(event, { ticket_class_id, quantity: 2 });
    await expectShortage(
      event,
      { ticket_class_id, quantity: 2 },
      'Not enough seats in ticket class "Balcony": 2 requested, 1 seat remains',
      { scope: 'ticket_class', requested: 2, remaining: 1 },
    );
    await organization.issue(event, { ticket_class_id });
    await expectShortage(
      event,
      { ticket_class_id },
      'Not enough seats in ticket class "Balcony": 1 requested, no seats remain',
      { scope: 'ticket_class', requested: 1, remaining: 0 },
    );
  });

  it('of the event is named with what remains, whatever the class', async () => {
    const event = await organization.event({ name: 'Gala', capacity: 4 });
    const { id: ticket_class_id } = await organization.ticketClass(event, { quantity_total: 100 });
    await organization.issue(event, { quantity: 3 });
    await expectShortage(
      event,
      { ticket_class_id, quantity: 2 },
      'Not enough seats in event "Gala": 2 requested, 1 seat remains',
      { scope: 'event', requested: 2, remaining: 1 },
    );
  });

  it('can be taken to the last seat of both', async () => {
    const event = await organization.event({ capacity: 2 });
    const { id: ticket_class_id } = await organization.ticketClass(event, { quantity_total: 2 });
    await organization.issue(event, { ticket_class_id, quantity: 2 });
    expect(await seatsRemaining(event)).toBe(0);
  });

  it('is held by pending_approval like by a sold ticket, and not by invited', async () => {
    const event = await organization.event({ capacity: 3 });
    await organization.issue(event, { status: 'invited', quantity: 100 });
    expect(await seatsRemaining(event)).toBe(3);
    const contact = { email: 'bob@example.org' };
    await organization.issue(event, { contact, status: 'pending_approval' });
    await organization.issue(event, { contact, status: 'checked_in' });
    await organization.issue(event, { contact });
    for (const status of ['valid', 'pending_approval', 'checked_in']) {
      await organization.tryIssue(event, { status }).expect(409);
    }
    await organization.issue(event, { contact, status: 'invited' });
  });

  it('is needed by an invited ticket that is upgraded', async () => {
    const event = await organization.event({ capacity: 2 });
    const { data } = await organization.issue(event, { status: 'invited', quantity: 3 });
    await organization.tryIssue(event, { quantity: 3 }).expect(409);
    expect((await organization.attendees(event)).map(({ status }) => status)).toEqual(
      data.map(() => 'invited'),
    );
    await organization.issue(event, { quantity: 2 });
    await organization.tryIssue(event).expect(409);
  });

  it('is all or nothing: the refused request changes nothing, the contact neither', async () => {
    const event = await organization.event({ capacity: 2 });
    const known = { email: 'ada@example.org', first_name: 'Ada' };
    await organization.issue(event, { contact: known });
    const tables = ['attendees', 'payments', 'contacts', 'outbox_messages', 'attendee_status_changes'];
    const snapshot = () =>
      Promise.all(tables.map((table) => app.database.query(`SELECT * FROM ${table} ORDER BY id`)));
    const before = await snapshot();

    for (const contact of [
      { email: 'new@example.org', first_name: 'New' },
      { email: 'ada@example.org', first_name: 'Changed' },
    ]) {
      await organization.tryIssue(event, { contact, quantity: 2, send_email: true }).expect(409);
    }
    expect(await snapshot()).toEqual(before);
    expect(await seatsRemaining(event)).toBe(1);
  });

  it('0 is unlimited, in the class and in the event', async () => {
    const event = await organization.event({ capacity: 0 });
    const ticketClass = await organization.ticketClass(event, { quantity_total: 0 });
    for (let index = 0; index < 3; index++) {
      await organization.issue(event, { ticket_class_id: ticketClass.id, quantity: 100 });
    }
    expect(await seatsRemaining(event)).toBeNull();
    expect(ticketClass.seats_remaining).toBeNull();
  });

  it('may be lowered below what is held: the event is closed to more, and opens again when raised', async () => {
    const event = await organization.event({ name: 'Gala', capacity: 10 });
    await organization.issue(event, { quantity: 5 });
    await organization.client.patch(`/events/${event.id}`, { capacity: 3 }).expect(200);
    await expectShortage(event, {}, 'Not enough seats in event "Gala": 1 requested, no seats remain', {
      scope: 'event',
      requested: 1,
      remaining: 0,
    });
    await organization.issue(event, { status: 'invited' });
    await organization.client.patch(`/events/${event.id}`, { capacity: 6 }).expect(200);
    await organization.issue(event);
    await organization.tryIssue(event).expect(409);
  });

  it('is never oversold by requests that come at once, over two classes and one event', async () => {
    const event = await organization.event({ capacity: 25 });
    const balcony = await organization.ticketClass(event, { quantity_total: 10 });
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        organization.tryIssue(event, {
          contact: { email: `guest${index % 20}@example.org` },
          ticket_class_id: index % 2 ? balcony.id : event.ticketClass.id,
          status: ['valid', 'pending_approval', 'checked_in'][index % 3],
        }),
      ),
    );
    const issued = answers.filter(({ status }) => status === 201);
    expect(issued).toHaveLength(25);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(35);
    const onBalcony = issued.filter(({ body }) => body.data[0].ticket_class_id === balcony.id);
    expect(onBalcony.length).toBeLessThanOrEqual(10);
    expect(await seatsRemaining(event)).toBe(0);
  });

  it('of the last seat goes to exactly one, whatever else is asked of the event meanwhile', async () => {
    const event = await organization.event({ capacity: 1 });
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        index % 10 === 9
          ? organization.client.patch(`/events/${event.id}`, { capacity: 1 })
          : organization.client.post(`/events/${event.id}/attendees`, ticketsFor(event)),
      ),
    );
    const count = (status: number) => answers.filter((answer) => answer.status === status).length;
    expect([count(201), count(409), count(200)]).toEqual([1, 26, 3]);
  });
});
