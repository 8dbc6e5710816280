import { startApp, type TestApp } from '../support/app';
import { ticketsFor, type TestOrganization } from '../support/organization';

const ISO_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

describe('POST /events/{eventId}/attendees', () => {
  let app: TestApp;
  let organization: TestOrganization;

  beforeAll(async () => {
    app = await startApp({ PUBLIC_URL: 'https://tickets.example.org/' });
    organization = await app.organization();
  });
  afterAll(() => app.close());
  afterEach(() => app.expectNoDrift());

  it('answers with the ticket, its payment and where to see it', async () => {
    const event = await organization.event();
    const { body, headers } = await organization
      .tryIssue(event, {
        contact: { email: 'ada@example.org', first_name: 'Ada', last_name: 'Lovelace' },
      })
      .expect(201);

    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(body).toEqual({
      data: [
        {
          id: expect.stringMatching(/^tkt_[0-7][0-9a-hjkmnp-tv-z]{25}$/),
          event_id: event.id,
          status: 'valid',
          ticket_class_id: event.ticketClass.id,
          ticket_class_name: 'General Admission',
          contact_id: expect.stringMatching(/^con_[0-7][0-9a-hjkmnp-tv-z]{25}$/),
          first_name: 'Ada',
          last_name: 'Lovelace',
          email: 'ada@example.org',
          barcode: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{20}$/),
          payment_id: body.payment_id,
          payment_method: 'cash',
          checked_in_at: null,
          created_at: expect.stringMatching(ISO_TIME),
          updated_at: body.data[0].created_at,
        },
      ],
      payment_id: expect.stringMatching(/^pay_[0-7][0-9a-hjkmnp-tv-z]{25}$/),
      quantity: 1,
      upgraded_quantity: 0,
      tickets_url: expect.stringMatching(/^https:\/\/tickets\.example\.org\/t\/[A-Za-z0-9_-]{22,}$/),
    });
  });

  it('answers with what is stored', async () => {
    const event = await organization.event();
    const { data } = await organization.issue(event, { quantity: 3, status: 'checked_in' });

    for (const ticket of data) {
      const { body } = await organization.client
        .get(`/events/${event.id}/attendees/${ticket.id}`)
        .expect(200);
      expect(body).toEqual(ticket);
    }
  });

  it('issues as many tickets as are asked for, with one payment and a barcode each', async () => {
    const event = await organization.event();
    const { data, payment_id, quantity } = await organization.issue(event, { quantity: 100 });

    expect(quantity).toBe(100);
    expect(new Set(data.map(({ id }) => id)).size).toBe(100);
    expect(new Set(data.map(({ barcode }) => barcode)).size).toBe(100);
    expect(new Set(data.map((ticket) => ticket.payment_id))).toEqual(new Set([payment_id]));
    expect(await organization.attendees(event)).toHaveLength(100);
  });

  it('gives every request a payment and a ticket page of its own', async () => {
    const event = await organization.event();
    const [first, second] = [await organization.issue(event), await organization.issue(event)];
    expect(first.payment_id).not.toBe(second.payment_id);
    expect(first.tickets_url).not.toBe(second.tickets_url);
  });

  describe('status', () => {
    it.each([
      ['valid', false],
      ['pending_approval', true],
    ])('is %s when the ticket class asks for approval: %s', async (status, require_approval) => {
      const event = await organization.event();
      const ticketClass = await organization.ticketClass(event, { require_approval });
      const { data } = await organization.issue(event, { ticket_class_id: ticketClass.id });
      expect(data[0]).toMatchObject({ status, checked_in_at: null });
    });

    it.each([
      ['valid', 1, 9],
      ['checked_in', 1, 9],
      ['pending_approval', 0, 9],
      ['invited', 0, 10],
    ])('%s overrides the default: %i sold, %i of 10 seats remain', async (status, sold, remaining) => {
      const event = await organization.event({ capacity: 10 });
      for (const require_approval of [false, true]) {
        const ticketClass = await organization.ticketClass(event, {
          name: `Approval ${require_approval}`,
          require_approval,
          quantity_total: 10,
        });
        const { data } = await organization.issue(event, { ticket_class_id: ticketClass.id, status });
        expect(data[0]!.status).toBe(status);
        const path = `/events/${event.id}/ticket-classes/${ticketClass.id}`;
        expect((await organization.client.get(path)).body).toMatchObject({
          quantity_sold: sold,
          seats_remaining: remaining,
        });
      }
      expect((await organization.client.get(`/events/${event.id}`)).body).toMatchObject({
        tickets_sold: 2 * sold,
        seats_remaining: 10 - 2 * (10 - remaining),
      });
    });

    it('checked_in notes when', async () => {
      const { data } = await organization.issue(await organization.event(), { status: 'checked_in' });
      expect(data[0]!.checked_in_at).toBe(data[0]!.created_at);
    });
  });

  it.each(['cash', 'free', 'external'])('records the payment method %s on each ticket', async (method) => {
    const event = await organization.event();
    await organization.issue(event, { payment_method: method, quantity: 2 });
    const methods = (await organization.attendees(event)).map(({ payment_method }) => payment_method);
    expect(methods).toEqual([method, method]);
  });

  it('reads null in an optional field as its default', async () => {
    const { data, quantity } = await organization.issue(await organization.event(), {
      quantity: null,
      status: null,
      payment_method: null,
      send_email: null,
    });
    expect(quantity).toBe(1);
    expect(data[0]).toMatchObject({ status: 'valid', payment_method: 'cash' });
  });

  it('asks for one confirmation email of the whole batch when send_email is true, and else for none', async () => {
    const event = await organization.event();
    await organization.issue(event);
    await organization.issue(event, { send_email: false });
    const { payment_id } = await organization.issue(event, { send_email: true, quantity: 3 });
    await organization.client
      .post(`/events/${event.id}/attendees`, { ...ticketsFor(event), quantity: 0, send_email: true })
      .expect(400);

    const messages = await app.database.query(
      'SELECT type, payload FROM outbox_messages WHERE organization_id = $1',
      [organization.id],
    );
    expect(messages).toEqual([{ type: 'attendees.confirmation', payload: { payment_id } }]);
  });

  it('is the manual add of the organizer: sales windows, order limits and closed registration do not apply', async () => {
    const event = await organization.event();
    await app.database.query(
      `UPDATE ticket_classes SET sales_start = now() + interval '1 day', sales_end = now() + interval '2 days',
         minimum_per_order = 5, maximum_per_order = 6, hide_on_event_page = true
       WHERE id = $1`,
      [event.ticketClass.id],
    );
    await app.database.query(
      `UPDATE events SET registration_status = 'closed', hidden = true, starts_at = now() - interval '1 year'
       WHERE id = $1`,
      [event.id],
    );
    await organization.issue(event, { quantity: 1 });
    await organization.issue(event, { quantity: 7 });
  });
});
