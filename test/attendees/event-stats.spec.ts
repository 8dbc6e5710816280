import { startApp, type TestApp } from '../support/app';
import { type TestEvent, type TestOrganization } from '../support/organization';

const NOBODY = { invited: 0, pending_approval: 0, valid: 0, checked_in: 0, rejected: 0, deleted: 0 };

describe('GET /events/{eventId}/stats', () => {
  let app: TestApp;
  let organization: TestOrganization;

  beforeAll(async () => {
    app = await startApp();
    organization = await app.organization();
  });
  afterAll(() => app.close());

  const stats = async (event: TestEvent) => {
    const { body } = await organization.client.get(`/events/${event.id}/stats`).expect(200);
    return body;
  };
  const setStatus = (event: TestEvent, id: string, status: string) =>
    organization.client.patch(`/events/${event.id}/attendees/${id}`, { status }).expect(200);
  const scan = (event: TestEvent, barcode: string, scanned_at: string) =>
    organization.client.post(`/events/${event.id}/check-ins`, { barcode, scanned_at }).expect(200);

  it('of an event without attendees are all nothing', async () => {
    const event = await organization.event();
    expect(await stats(event)).toEqual({
      event_id: event.id,
      by_status: NOBODY,
      by_ticket_class: [
        {
          ticket_class_id: event.ticketClass.id,
          ticket_class_name: 'General Admission',
          ticket_class_status: 'active',
          by_status: NOBODY,
          seats_remaining: null,
        },
      ],
      seats_remaining: null,
      check_ins_over_time: [],
    });
  });

  it('count every status in every ticket class, and what remains', async () => {
    const event = await organization.event({ capacity: 50 });
    const balcony = await organization.ticketClass(event, { name: 'Balcony', quantity_total: 20 });
    const guests = { valid: 4, checked_in: 3, pending_approval: 5, invited: 2 };
    for (const ticket_class_id of [event.ticketClass.id, balcony.id]) {
      for (const [status, quantity] of Object.entries(guests)) {
        const contact = { email: `${status}-${ticket_class_id}@example.org` };
        const { data } = await organization.issue(event, { ticket_class_id, status, quantity, contact });
        if (status === 'pending_approval') await setStatus(event, data[0]!.id, 'rejected');
        if (status === 'valid' && ticket_class_id === balcony.id) {
          await setStatus(event, data[0]!.id, 'deleted');
        }
      }
    }
    await organization.issue(await organization.event(), { quantity: 7 });

    const body = await stats(event);

    const inAdmission = { ...guests, pending_approval: 4, rejected: 1, deleted: 0 };
    const inBalcony = { ...inAdmission, valid: 3, deleted: 1 };
    expect(body).toMatchObject({
      by_status: { valid: 7, checked_in: 6, pending_approval: 8, invited: 4, rejected: 2, deleted: 1 },
      by_ticket_class: [
        { ticket_class_name: 'Balcony', by_status: inBalcony, seats_remaining: 10 },
        { ticket_class_name: 'General Admission', by_status: inAdmission, seats_remaining: null },
      ],
      seats_remaining: 50 - 7 - 6 - 8,
    });
  });

  it('show a deleted ticket class while it has attendees', async () => {
    const event = await organization.event();
    const [empty, left] = [
      await organization.ticketClass(event, { name: 'Empty' }),
      await organization.ticketClass(event, { name: 'Left' }),
    ];
    await organization.issue(event, { ticket_class_id: left.id, status: 'invited' });
    for (const { id } of [empty, left]) {
      await organization.client.delete(`/events/${event.id}/ticket-classes/${id}`).expect(200);
    }
    expect((await stats(event)).by_ticket_class).toMatchObject([
      { ticket_class_name: 'Left', ticket_class_status: 'deleted', by_status: { invited: 1 } },
      { ticket_class_name: 'General Admission', ticket_class_status: 'active' },
    ]);
  });

  it('show check-ins by the hour of the scan, undone ones left out', async () => {
    const event = await organization.event();
    const { data } = await organization.issue(event, { quantity: 6 });
    const times = ['18:00:00Z', '18:59:59.999Z', '19:00:00Z', '23:30:00Z', '20:15:00+01:00', '18:30:00Z'];
    for (const [index, time] of times.entries()) {
      await scan(event, data[index]!.barcode, `2026-05-26T${time}`);
    }
    await setStatus(event, data[5]!.id, 'valid');

    const { by_status, check_ins_over_time } = await stats(event);

    expect(check_ins_over_time).toEqual([
      { hour: '2026-05-26T18:00:00.000Z', check_ins: 2 },
      { hour: '2026-05-26T19:00:00.000Z', check_ins: 2 },
      { hour: '2026-05-26T23:00:00.000Z', check_ins: 1 },
    ]);
    expect(by_status).toMatchObject({ valid: 1, checked_in: 5 });
  });

  it('show the latest 1,000 hours at most', async () => {
    const event = await organization.event();
    const issued = await Promise.all(
      Array.from({ length: 11 }, () => organization.issue(event, { quantity: 100, status: 'checked_in' })),
    );
    const ids = issued.flatMap(({ data }) => data.map(({ id }) => id));
    await app.database.query(
      `UPDATE attendees SET checked_in_at = timestamptz '2026-01-01Z' + h * interval '1 hour'
       FROM unnest($1::text[]) WITH ORDINALITY AS t (ticket, h) WHERE id = ticket`,
      [ids],
    );
    const { check_ins_over_time: hours } = await stats(event);
    expect(hours).toHaveLength(1_000);
    expect(hours.at(-1)).toEqual({
      hour: new Date(Date.UTC(2026, 0, 1, 1_100)).toISOString(),
      check_ins: 1,
    });
  });

  it('need events:read and an event of the organization', async () => {
    const event = await organization.event();
    const path = `/events/${event.id}/stats`;
    await (await organization.clientWith('events:read')).get(path).expect(200);
    const { body } = await (await organization.clientWith('attendees:write')).get(path).expect(403);
    expect(body.details).toEqual({ required_scope: 'events:read' });
    const { client: stranger } = await app.organization();
    expect((await stranger.get(path).expect(404)).body.code).toBe('event_not_found');
    await organization.client.get('/events/nonsense/stats').expect(404);
  });
});
