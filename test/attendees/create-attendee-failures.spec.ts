import { startApp, type TestApp } from '../support/app';
import type { TestEvent, TestOrganization } from '../support/organization';

const POISON = 'poison@example.org';

describe('Create attendee when something fails', () => {
  let app: TestApp;
  let organization: TestOrganization;
  let event: TestEvent;

  beforeAll(async () => {
    app = await startApp();
  });
  beforeEach(async () => {
    organization = await app.organization();
    event = await organization.event({ capacity: 100 });
  });
  afterEach(() => app.expectNoDrift());
  afterAll(() => app.close());

  const issueTo = (email: string, key?: string) => organization.tryIssue(event, { contact: { email } }, key);

  describe('in the database, for one request of many', () => {
    beforeEach(() =>
      app.database.query(`
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN RAISE 'a secret of the database'; END $$;
        CREATE TRIGGER refuse BEFORE INSERT ON contacts FOR EACH ROW
        WHEN (NEW.email = '${POISON}') EXECUTE FUNCTION refuse()`),
    );
    afterEach(() => app.database.query('DROP FUNCTION IF EXISTS refuse CASCADE'));

    it('refuses that one with a 500 that tells nothing, and its neighbours get their tickets', async () => {
      // All but the first wait in the lane, so they share the next transaction.
      const letGo = await app.database.hold('SELECT FROM events WHERE id = $1 FOR UPDATE', [event.id]);
      const first = issueTo('first@example.org').then(({ status }) => status);
      await app.database.untilBlocked();
      const emails = Array.from({ length: 20 }, (_, index) =>
        index === 13 ? POISON : `guest${index}@example.org`,
      );
      const requests = emails.map((email, index) => issueTo(email, `key ${index}`).then((answer) => answer));
      await letGo();

      expect(await first).toBe(201);
      const answers = await Promise.all(requests);
      expect(answers.map(({ status }) => status)).toEqual(
        emails.map((email) => (email === POISON ? 500 : 201)),
      );
      expect(answers[13]!.body).toEqual({
        error: 'Something went wrong on our side',
        code: 'internal_error',
        request_id: expect.any(String),
      });
      expect(await organization.attendees(event)).toHaveLength(20);
    });

    it('does not store it: the same request with the same key executes once it can', async () => {
      await issueTo(POISON, 'key').expect(500);
      await app.database.query('DROP FUNCTION refuse CASCADE');
      const { headers } = await issueTo(POISON, 'key').expect(201);
      expect(headers['idempotent-replay']).toBeUndefined();
    });
  });

  it('answers 503 when the event is locked for too long, and other events go on meanwhile', async () => {
    const other = await organization.event();
    const letGo = await app.database.hold('SELECT FROM events WHERE id = $1 FOR UPDATE', [event.id]);
    const [held, free] = await Promise.all([organization.tryIssue(event), organization.tryIssue(other)]);
    await letGo();
    expect(free.status).toBe(201);
    expect(held.status).toBe(503);
    expect(held.headers['retry-after']).toBe('1');
    expect(held.body).toEqual({
      error: 'The service is temporarily unavailable. Try again shortly.',
      code: 'service_unavailable',
      request_id: expect.any(String),
    });
    await organization.issue(event);
  });

  it('answers 503 when the connection breaks, changes nothing, and goes on with the next', async () => {
    const letGo = await app.database.hold('SELECT FROM events WHERE id = $1 FOR UPDATE', [event.id]);
    const requests = ['a', 'b', 'c'].map((name) =>
      issueTo(`${name}@example.org`).then(({ status }) => status),
    );
    await app.database.untilBlocked();
    await app.database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    await letGo();
    const statuses = await Promise.all(requests);
    expect(statuses).toContain(503);
    const issued = statuses.filter((status) => status === 201);
    expect(await organization.attendees(event)).toHaveLength(issued.length);
    await issueTo('d@example.org').expect(201);
  });

  it('has the database as its last line of defence: it refuses a seat too many', async () => {
    const full = await organization.ticketClass(event, { quantity_total: 1 });
    const sell = (table: string, column: string, id: string) =>
      app.database.query(`UPDATE ${table} SET ${column} = 101 WHERE id = $1`, [id]);
    await expect(sell('ticket_classes', 'quantity_sold', full.id)).rejects.toThrow(
      'ticket_classes_never_oversold',
    );
    await expect(sell('events', 'tickets_pending', event.id)).rejects.toThrow('is never oversold');
  });
});
