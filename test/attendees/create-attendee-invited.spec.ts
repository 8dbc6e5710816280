import type { AttendeeDto } from '../../src/attendees/dto/attendee.dto';
import { startApp, type TestApp } from '../support/app';
import type { TestEvent, TestOrganization } from '../support/organization';

interface Change {
  attendee_id: string;
  from_status: string;
  to_status: string;
  api_key_id: string;
}

describe('Invited tickets in create attendee', () => {
  let app: TestApp;
  let organization: TestOrganization;
  let event: TestEvent;

  beforeAll(async () => {
    app = await startApp();
    organization = await app.organization();
  });
  beforeEach(async () => {
    event = await organization.event();
  });
  afterEach(() => app.expectNoDrift());
  afterAll(() => app.close());

  /** Tickets that were invited one by one, oldest first. */
  async function invite(count: number, fields: Record<string, unknown> = {}): Promise<AttendeeDto[]> {
    const tickets: AttendeeDto[] = [];
    for (let index = 0; index < count; index++) {
      const { data } = await organization.issue(event, { status: 'invited', ...fields, quantity: index + 1 });
      tickets.push(...data.slice(-1));
    }
    return tickets;
  }

  function history(tickets: readonly AttendeeDto[]): Promise<Change[]> {
    return app.database.query<Change>(
      `SELECT attendee_id, from_status, to_status, api_key_id FROM attendee_status_changes
       WHERE attendee_id = ANY ($1) ORDER BY attendee_id`,
      [tickets.map(({ id }) => id)],
    );
  }

  it('are upgraded instead of new ones: id and barcode stay, the rest is as requested', async () => {
    const { data: invited } = await organization.issue(event, { status: 'invited', payment_method: 'free' });
    const balcony = await organization.ticketClass(event);
    const issued = await organization.issue(event, {
      ticket_class_id: balcony.id,
      status: 'checked_in',
      payment_method: 'external',
    });

    expect(issued).toMatchObject({ quantity: 0, upgraded_quantity: 1 });
    expect(issued.payment_id).not.toBe(invited[0]!.payment_id);
    expect(issued.data).toEqual([
      {
        ...invited[0],
        status: 'checked_in',
        ticket_class_id: balcony.id,
        ticket_class_name: 'Balcony',
        payment_id: issued.payment_id,
        payment_method: 'external',
        checked_in_at: issued.data[0]!.updated_at,
        updated_at: expect.any(String),
      },
    ]);
    expect(issued.data[0]!.updated_at > invited[0]!.updated_at).toBe(true);
    expect(await organization.attendees(event)).toEqual(issued.data);
  });

  it.each([
    [1, 1, 0],
    [2, 2, 0],
    [3, 2, 1],
    [5, 2, 3],
  ])(
    'count toward the quantity: %i asked for, %i upgraded, %i created',
    async (quantity, upgraded, created) => {
      await invite(2);
      const issued = await organization.issue(event, { quantity });
      expect(issued).toMatchObject({ quantity: created, upgraded_quantity: upgraded });
      expect(issued.data).toHaveLength(quantity);
      expect(new Set(issued.data.map(({ status }) => status))).toEqual(new Set(['valid']));
      expect(await organization.attendees(event)).toHaveLength(Math.max(2, quantity));
    },
  );

  it('come first in the answer, the oldest first, and the younger ones stay invited', async () => {
    const invited = await invite(3);
    const { data } = await organization.issue(event, { quantity: 2 });
    expect(data.map(({ id }) => id)).toEqual(invited.slice(0, 2).map(({ id }) => id));

    const { data: rest } = await organization.issue(event, { quantity: 2 });
    expect(rest[0]!.id).toBe(invited[2]!.id);
    expect(invited.map(({ id }) => id)).not.toContain(rest[1]!.id);
  });

  it('are upgraded oldest first whatever their class', async () => {
    const balcony = await organization.ticketClass(event);
    const { data: older } = await organization.issue(event, {
      ticket_class_id: balcony.id,
      status: 'invited',
    });
    const { data } = await organization.issue(event, { status: 'invited', quantity: 2 });
    const younger = data[1]!;

    const upgraded = await organization.issue(event, { quantity: 1 });
    expect(upgraded.data[0]!.id).toBe(older[0]!.id);
    expect(upgraded.data[0]!.ticket_class_id).toBe(event.ticketClass.id);
    const next = await organization.issue(event, { quantity: 1, ticket_class_id: balcony.id });
    expect(next.data[0]).toMatchObject({ id: younger.id, ticket_class_id: balcony.id });
  });

  it('upgrade even when their own class was deleted', async () => {
    const balcony = await organization.ticketClass(event);
    const { data } = await organization.issue(event, { ticket_class_id: balcony.id, status: 'invited' });
    await app.database.query(`UPDATE ticket_classes SET status = 'deleted' WHERE id = $1`, [balcony.id]);
    expect((await organization.issue(event)).data[0]!.id).toBe(data[0]!.id);
  });

  it('may stay invited, and then take the new class, payment and payment method', async () => {
    const [ticket] = await invite(1);
    const balcony = await organization.ticketClass(event);
    const issued = await organization.issue(event, {
      status: 'invited',
      ticket_class_id: balcony.id,
      payment_method: 'free',
      quantity: 2,
    });
    expect(issued).toMatchObject({ quantity: 1, upgraded_quantity: 1 });
    expect(issued.data[0]).toMatchObject({
      id: ticket!.id,
      status: 'invited',
      ticket_class_id: balcony.id,
      payment_method: 'free',
      payment_id: issued.payment_id,
    });
    expect(await history([ticket!])).toEqual([]);
  });

  it('have the upgrade in their history, with the key that did it', async () => {
    const tickets = await invite(2);
    const { body: me } = await organization.client.get('/me').expect(200);
    await organization.issue(event, { status: 'pending_approval', quantity: 3 });
    expect(await history(tickets)).toEqual(
      tickets.map(({ id }) => ({
        attendee_id: id,
        from_status: 'invited',
        to_status: 'pending_approval',
        api_key_id: me.api_key.id,
      })),
    );
  });

  it('of others are left alone: other contacts, other events, other organizations', async () => {
    const elsewhere = await organization.event();
    const stranger = await app.organization();
    await organization.issue(event, { status: 'invited', contact: { email: 'bob@example.org' } });
    await organization.issue(elsewhere, { status: 'invited' });
    await stranger.issue(await stranger.event(), { status: 'invited' });
    expect(await organization.issue(event)).toMatchObject({ quantity: 1, upgraded_quantity: 0 });
  });

  it.each(['valid', 'pending_approval', 'checked_in'])('are no tickets that are %s', async (status) => {
    await organization.issue(event, { status });
    expect(await organization.issue(event)).toMatchObject({ quantity: 1, upgraded_quantity: 0 });
  });

  it('are upgraded once, however many requests come at once', async () => {
    const invited = await invite(5);
    const issued = await Promise.all(Array.from({ length: 10 }, () => organization.issue(event)));
    const upgraded = issued.filter(({ upgraded_quantity }) => upgraded_quantity === 1);
    expect(upgraded.map(({ data }) => data[0]!.id).sort()).toEqual(invited.map(({ id }) => id).sort());
    expect(await history(invited)).toHaveLength(5);
    expect(await organization.attendees(event)).toHaveLength(10);
  });

  it('made and upgraded by requests that come at once are consistent', async () => {
    const statuses = ['invited', 'valid', 'pending_approval', 'invited', 'checked_in', 'valid'];
    const issued = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        organization.issue(event, { status: statuses[index % statuses.length], quantity: 1 + (index % 3) }),
      ),
    );
    for (const [index, { data, quantity, upgraded_quantity }] of issued.entries()) {
      expect(quantity + upgraded_quantity).toBe(1 + (index % 3));
      expect(data).toHaveLength(1 + (index % 3));
    }
    const created = issued.reduce((sum, { quantity }) => sum + quantity, 0);
    const stored = await organization.attendees(event);
    expect(stored).toHaveLength(created);
    // Whoever touched a ticket last answered with what is stored.
    const answered = issued.flatMap(({ data }) => data.map((ticket) => JSON.stringify(ticket)));
    for (const ticket of stored) expect(answered).toContain(JSON.stringify(ticket));
  });
});
