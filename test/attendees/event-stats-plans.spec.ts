import { startApp, type TestApp } from '../support/app';
import { plansOf, vacuum } from '../support/plans';

const TICKETS = 30_000;
/** One in this many is checked in, one rejected, one deleted; the rest are valid. */
const SHARE = 20;

describe('GET /events/{eventId}/stats with many attendees', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());

  it('counts in indexes alone', async () => {
    const organization = await app.organization();
    const event = await organization.event();
    const { data } = await organization.issue(event);
    const counted = TICKETS / SHARE;
    const sold = TICKETS - 2 * counted + 1;
    // VACUUM takes rows for visible to all once their commit is on disk.
    await app.database.query(
      `SET synchronous_commit = on;
       INSERT INTO attendees (organization_id, id, event_id, ticket_class_id, contact_id, payment_id, status,
                              payment_method, barcode, checked_in_at, created_at, updated_at)
       SELECT organization_id, id || n, event_id, ticket_class_id, contact_id, payment_id, kind, payment_method,
              barcode || n, CASE kind WHEN 'checked_in' THEN created_at + n * interval '1 second' END, created_at, updated_at
       FROM attendees, generate_series(1, ${TICKETS}) AS n,
            LATERAL (SELECT coalesce((ARRAY['checked_in', 'rejected', 'deleted'])[n % ${SHARE}], 'valid') AS kind) AS kinds
       WHERE id = '${data[0]!.id}';
       UPDATE events SET tickets_sold = ${sold} WHERE id = '${event.id}';
       UPDATE ticket_classes SET quantity_sold = ${sold} WHERE event_id = '${event.id}'`,
    );
    await vacuum(app, 'attendees');
    const stats = () => organization.client.get(`/events/${event.id}/stats`).expect(200);

    expect((await stats()).body.by_status).toEqual({
      invited: 0,
      pending_approval: 0,
      valid: sold - counted,
      checked_in: counted,
      rejected: counted,
      deleted: counted,
    });
    const plans = (await plansOf(app, stats)).filter((plan) => plan.includes(' on attendees'));
    expect(plans).toHaveLength(2);
    for (const plan of plans) {
      expect(plan).toContain('Index Only Scan');
      expect(plan).not.toContain('Seq Scan on attendees');
    }
    await app.expectNoDrift();
  });
});
