import { startApp, type TestApp } from '../support/app';
import { ticketsFor, type TestOrganization } from '../support/organization';

describe('Seats of a change of status', () => {
  let app: TestApp;
  let organization: TestOrganization;

  beforeAll(async () => {
    app = await startApp();
    organization = await app.organization();
  });
  afterAll(() => app.close());
  afterEach(() => app.expectNoDrift());

  it.each(['valid', 'pending_approval'])('lets nobody become %s without a seat in the class', async (to) => {
    const event = await organization.event();
    const balcony = await organization.ticketClass(event, { quantity_total: 1 });
    const guest = await organization.issueOne(event, { ticket_class_id: balcony.id, status: 'invited' });
    await organization.issue(event, {
      ticket_class_id: balcony.id,
      contact: { email: 'bob@example.org' },
    });

    const { body } = await organization.changeAttendee(event, guest.id, { status: to }).expect(409);

    expect(body).toMatchObject({
      code: 'capacity_exceeded',
      error: 'Not enough seats in ticket class "Balcony": 1 requested, no seats remain',
      details: { scope: 'ticket_class', requested: 1, remaining: 0 },
    });
    expect(await organization.attendee(event, guest.id)).toEqual(guest);
  });

  it('lets nobody become valid without a seat in the event', async () => {
    const event = await organization.event({ capacity: 1 });
    const guest = await organization.issueOne(event, { status: 'pending_approval' });
    await organization.changeAttendee(event, guest.id, { status: 'rejected' }).expect(200);
    await organization.issue(event, { contact: { email: 'bob@example.org' } });

    const { body } = await organization.changeAttendee(event, guest.id, { status: 'valid' }).expect(409);
    expect(body.details).toEqual({ scope: 'event', requested: 1, remaining: 0 });
  });

  it('approves who holds a seat already when the event is full', async () => {
    const event = await organization.event({ capacity: 1 });
    const { id } = await organization.issueOne(event, { status: 'pending_approval' });
    await organization.changeAttendee(event, id, { status: 'valid' }).expect(200);
  });

  it('approves and frees seats when the capacity was set below what is held', async () => {
    const event = await organization.event({ capacity: 3 });
    const { data } = await organization.issue(event, { status: 'pending_approval', quantity: 3 });
    await organization.client.patch(`/events/${event.id}`, { capacity: 1 }).expect(200);

    await organization.changeAttendee(event, data[0]!.id, { status: 'valid' }).expect(200);
    await organization.changeAttendee(event, data[1]!.id, { status: 'rejected' }).expect(200);
    await organization.changeAttendee(event, data[1]!.id, { status: 'valid' }).expect(409);
    await organization.deleteAttendee(event, data[0]!.id).expect(200);
    expect(await organization.seats(event)).toEqual({ sold: 0, remaining: 0 });
  });

  it('gives the last seat to one of many that are approved at once', async () => {
    const event = await organization.event({ capacity: 3 });
    const { data } = await organization.issue(event, { status: 'invited', quantity: 12 });

    const answers = await Promise.all(
      data.map(({ id }) => organization.changeAttendee(event, id, { status: 'valid' })),
    );

    expect(answers.map(({ status }) => status).sort()).toEqual([
      ...Array<number>(3).fill(200),
      ...Array<number>(9).fill(409),
    ]);
    expect(await organization.seats(event)).toEqual({ sold: 3, remaining: 0 });
  });

  it('changes a ticket once, however many ask for it at once', async () => {
    const event = await organization.event({ capacity: 5 });
    const { id } = await organization.issueOne(event, { status: 'invited' });
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => organization.changeAttendee(event, id, { status: 'valid' })),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200));
    expect((await organization.history(event, id)).data).toHaveLength(1);
    expect(await organization.seats(event)).toEqual({ sold: 1, remaining: 4 });
  });

  it('sells the seat of a deleted ticket exactly once', async () => {
    const event = await organization.event({ capacity: 4 });
    const { data } = await organization.issue(event, { quantity: 4 });

    const [deletions, sales] = await Promise.all([
      Promise.all(data.slice(0, 2).map(({ id }) => organization.deleteAttendee(event, id))),
      Promise.all(
        Array.from({ length: 8 }, (_, guest) =>
          organization.client.post(
            `/events/${event.id}/attendees`,
            ticketsFor(event, { contact: { email: `guest${guest}@example.org` } }),
          ),
        ),
      ),
    ]);

    expect(deletions.map(({ status }) => status)).toEqual([200, 200]);
    const sold = sales.filter(({ status }) => status === 201).length;
    expect(sales.filter(({ status }) => status === 409)).toHaveLength(8 - sold);
    expect(await organization.seats(event)).toEqual({ sold: 2 + sold, remaining: 2 - sold });
  });

  it('approves, rejects, upgrades and deletes at once without losing a seat', async () => {
    const event = await organization.event({ capacity: 20 });
    const { data: pending } = await organization.issue(event, { status: 'pending_approval', quantity: 6 });
    const { data: invited } = await organization.issue(event, { status: 'invited', quantity: 4 });
    const { data: valid } = await organization.issue(event, {
      quantity: 4,
      contact: { email: 'bob@example.org' },
    });

    const answers = await Promise.all([
      ...pending.map(({ id }, index) =>
        organization.changeAttendee(event, id, { status: index % 2 ? 'valid' : 'rejected' }),
      ),
      ...invited.map(({ id }) => organization.changeAttendee(event, id, { status: 'valid' })),
      organization.client.post(`/events/${event.id}/attendees`, ticketsFor(event, { quantity: 4 })),
      ...valid.map(({ id }, index) =>
        index % 2
          ? organization.deleteAttendee(event, id)
          : organization.changeAttendee(event, id, { status: 'checked_in' }),
      ),
    ]);

    for (const { status } of answers) expect([200, 201]).toContain(status);
  });
});
