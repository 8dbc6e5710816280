import type { TicketClassDto } from '../../src/events/dto/ticket-class.dto';
import { startApp, type TestApp } from '../support/app';
import { type TestEvent, type TestOrganization, ticketsFor } from '../support/organization';

describe('DELETE /events/{eventId}/ticket-classes/{ticketClassId}', () => {
  let app: TestApp;
  let organization: TestOrganization;
  /** Its ticket class is "Balcony". */
  let event: TestEvent;

  beforeAll(async () => {
    app = await startApp();
    organization = await app.organization();
  });
  afterAll(async () => {
    await app.expectNoDrift();
    await app.close();
  });
  beforeEach(async () => {
    event = await organization.event();
    event = { ...event, ticketClass: await organization.ticketClass(event) };
  });

  const path = () => `/events/${event.id}/ticket-classes/${event.ticketClass.id}`;
  const remove = () => organization.client.delete(path());
  const sell = (fields: Record<string, unknown> = {}) =>
    organization.client.post(`/events/${event.id}/attendees`, ticketsFor(event, fields));

  async function read(): Promise<TicketClassDto> {
    return (await organization.client.get(path()).expect(200)).body;
  }

  it('answers with the id, and keeps the ticket class readable by it', async () => {
    const { body } = await remove().expect(200);
    expect(body).toEqual({ deleted: true, id: event.ticketClass.id });
    const after = await read();
    expect(after).toEqual({ ...event.ticketClass, status: 'deleted', updated_at: after.updated_at });
    expect(after.updated_at > event.ticketClass.updated_at).toBe(true);
  });

  it('takes it off the list and frees its name', async () => {
    await remove().expect(200);
    const again = await organization.ticketClass(event, { name: 'Balcony' });
    const { body } = await organization.client.get(`/events/${event.id}/ticket-classes`).expect(200);
    expect((body.data as TicketClassDto[]).map(({ id }) => id)).toEqual([again.id, expect.any(String)]);
    await organization.client.delete(`/events/${event.id}/ticket-classes/${again.id}`).expect(200);
  });

  it('lets nobody sell, change or delete it any more', async () => {
    await remove().expect(200);
    const requests = [sell(), organization.client.patch(path(), { name: 'Back again' }), remove()];
    for (const request of requests) {
      const { body } = await request.expect(404);
      expect(body).toMatchObject({ error: 'Ticket class not found', code: 'ticket_class_not_found' });
    }
    expect(await read()).toMatchObject({ name: 'Balcony', status: 'deleted', quantity_sold: 0 });
  });

  it.each(['valid', 'checked_in'])('is refused while a ticket is %s', async (status) => {
    await sell({ status, quantity: 3 }).expect(201);
    await sell({ status: 'pending_approval', contact: { email: 'bob@example.org' } }).expect(201);
    const { body } = await remove().expect(409);
    expect(body).toMatchObject({
      error: 'Cannot delete a ticket class with sold tickets',
      code: 'ticket_class_has_sold_tickets',
      details: { sold_count: 3 },
    });
    expect(await read()).toMatchObject({ status: 'active' });
  });

  it.each(['pending_approval', 'invited'])('leaves tickets that are %s what they are', async (status) => {
    await sell({ status, quantity: 2 }).expect(201);
    await remove().expect(200);
    const attendees = await organization.attendees(event);
    expect(attendees.map((attendee) => [attendee.status, attendee.ticket_class_name])).toEqual([
      [status, 'Balcony'],
      [status, 'Balcony'],
    ]);
  });

  it.each([
    ['pending_approval', 'valid'],
    ['invited', 'valid'],
    ['invited', 'pending_approval'],
  ])('lets no ticket of it that is %s become %s', async (from, to) => {
    const { body: issued } = await sell({ status: from }).expect(201);
    await remove().expect(200);
    const ticket = `/events/${event.id}/attendees/${issued.data[0].id}`;
    const { body } = await organization.client.patch(ticket, { status: to }).expect(409);
    expect(body).toMatchObject({
      error: 'The ticket class is deleted and takes no more seats',
      code: 'ticket_class_deleted',
    });
    await organization.client.patch(ticket, { status: 'rejected' }).expect(200);
    await organization.client.delete(ticket).expect(200);
  });

  it('lets an invited ticket of it be upgraded to another class', async () => {
    await sell({ status: 'invited' }).expect(201);
    await remove().expect(200);
    event = { ...event, ticketClass: await organization.ticketClass(event, { name: 'Stalls' }) };
    const { body } = await sell().expect(201);
    expect(body).toMatchObject({ upgraded_quantity: 1, data: [{ ticket_class_name: 'Stalls' }] });
  });

  it('leaves no ticket behind that is sold at the same time', async () => {
    for (let round = 0; round < 6; round++) {
      event = { ...event, ticketClass: await organization.ticketClass(event, { name: `Round ${round}` }) };
      const sales = Array.from({ length: 4 }, (_, index) =>
        sell({ contact: { email: `guest${index}@example.org` } }),
      );
      // Who sends first often wins; let both have their turn.
      const [deletion, ...sold] = await Promise.all(
        round % 2 === 0 ? [remove(), ...sales] : [...sales, remove()].reverse(),
      );
      const tickets = sold.filter(({ status }) => status === 201).length;
      const won = tickets === 0;
      expect(deletion!.status).toBe(won ? 200 : 409);
      expect(sold.map(({ status }) => status)).toEqual(Array(4).fill(won ? 404 : 201));
      expect(await read()).toMatchObject({ status: won ? 'deleted' : 'active', quantity_sold: tickets });
    }
    await app.expectNoDrift();
  });

  it('deletes it once for several who ask at once', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => remove()));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404, 404, 404]);
  });

  it('is also held by the database', async () => {
    await sell().expect(201);
    const sql = `UPDATE ticket_classes SET status = 'deleted' WHERE id = $1`;
    await expect(app.database.query(sql, [event.ticketClass.id])).rejects.toMatchObject({
      constraint: 'ticket_classes_deleted_without_sold_tickets',
    });
  });
});
