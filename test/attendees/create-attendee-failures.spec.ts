import { newId } from '../../src/common/ids/ids';
import { startApp, type TestApp } from '../support/app';
import { Client } from '../support/client';
import { type TestEvent, type TestOrganization, ticketsFor } from '../support/organization';

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

  describe('while a contact is written elsewhere, as by an import', () => {
    const ADA = 'ada@example.org';
    const locked = (): [string, string[]] => ['SELECT FROM contacts WHERE email = $1 FOR UPDATE', [ADA]];
    const added = (): [string, string[]] => [
      `INSERT INTO contacts (organization_id, id, email, created_at, updated_at) VALUES ($1, $2, $3, now(), now())`,
      [organization.id, newId('contact'), ADA],
    ];

    it.each([
      ['that exists', locked],
      ['that is new', added],
    ])('answers 503 to requests for it, and its neighbours get their tickets (one %s)', async (_, how) => {
      if (how === locked) await organization.client.post('/contacts', { email: ADA }).expect(201);
      const letContactGo = await app.database.hold(...how());
      const letGo = await app.database.hold('SELECT FROM events WHERE id = $1 FOR UPDATE', [event.id]);
      const first = issueTo('first@example.org').then(({ status }) => status);
      await app.database.untilBlocked();
      const emails = ['a@example.org', 'b@example.org', ADA, 'c@example.org', 'd@example.org'];
      const answers = emails.map((email) => issueTo(email).then(({ status }) => status));
      await letGo();

      expect(await first).toBe(201);
      expect(await Promise.all(answers)).toEqual([201, 201, 503, 201, 201]);
      await letContactGo();
    });
  });

  it('replays while the event is locked, beside requests that get 503, and in another process', async () => {
    const { text } = await issueTo('ada@example.org', 'key').expect(201);
    const elsewhere = await startApp({ DATABASE_URL: app.database.url });
    const replay = (client: Client) => client.post(`/events/${event.id}/attendees`, ticketsFor(event), 'key');
    const letGo = await app.database.hold('SELECT FROM events WHERE id = $1 FOR UPDATE', [event.id]);
    const first = issueTo('first@example.org').then(({ status }) => status);
    await app.database.untilBlocked();
    // These two share the batch behind the first.
    const beside = issueTo('second@example.org').then(({ status }) => status);
    const replayed = await issueTo('ada@example.org', 'key').expect(201);
    expect(replayed.text).toBe(text);
    // That batch still waits for the event, and holds the lock of the key.
    const { text: textElsewhere } = await replay(
      new Client(elsewhere.url, organization.client.apiKey),
    ).expect(201);
    expect(textElsewhere).toBe(text);
    expect([await first, await beside]).toEqual([503, 503]);
    await letGo();
    await elsewhere.close();
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
