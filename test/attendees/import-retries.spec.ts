import { startApp, type TestApp } from '../support/app';
import { Client } from '../support/client';
import type { TestEvent, TestOrganization } from '../support/organization';

describe('An import of good rows that goes wrong', () => {
  let app: TestApp;
  /** Another process in all that counts here: it shares nothing with the first but the database. */
  let secondApp: TestApp;
  let organization: TestOrganization;
  let event: TestEvent;

  beforeAll(async () => {
    app = await startApp();
    secondApp = await startApp({ DATABASE_URL: app.database.url });
  });
  beforeEach(async () => {
    organization = await app.organization();
    event = await organization.event();
  });
  afterAll(async () => {
    await secondApp.close();
    await app.close();
  });
  afterEach(() => app.expectNoDrift());

  const importInto = (client: Client, csv: string) =>
    client.upload(
      `/events/${event.id}/attendees/import?mode=good&ticket_class_id=${event.ticketClass.id}`,
      csv,
      'guests',
    );
  const emails = async () => (await organization.attendees(event)).map(({ email }) => email).sort();

  it('keeps no row as refused that is still under way, and issues each once in the end', async () => {
    const csv = 'email\nada@example.org\ngrace@example.org\n';
    const elsewhere = new Client(secondApp.url, organization.client.apiKey);
    const release = await app.database.hold('SELECT FROM events WHERE id = $1 FOR UPDATE', [event.id]);
    const broken = importInto(organization.client, csv).then();
    await app.database.untilBlocked();
    // The connection of the import, which holds its key; that of the rows works on.
    await app.database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity USING (pid)
       WHERE locktype = 'advisory' AND datname = current_database() AND state = 'idle in transaction'`,
    );

    const { body, headers } = await importInto(elsewhere, csv).expect(409);
    expect(body.code).toBe('idempotent_request_in_progress');
    expect(headers['retry-after']).toBe('1');

    await release();
    expect((await broken).status).toBe(503);
    const { body: whole } = await importInto(elsewhere, csv).expect(200);
    expect(whole).toMatchObject({ rows: 2, issued: 2 });
    expect(await emails()).toEqual(['ada@example.org', 'grace@example.org']);
  });

  it('is answered when none of its rows is under way any more', async () => {
    await app.database.query(`
      CREATE FUNCTION fail_or_dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF NEW.email LIKE 'bad@%' THEN RAISE 'This address is bad'; END IF;
        IF NEW.email LIKE 'late@%' THEN PERFORM pg_sleep(0.5); END IF;
        RETURN NULL;
      END $$;
      CREATE TRIGGER fail_or_dawdle AFTER INSERT ON contacts FOR EACH ROW EXECUTE FUNCTION fail_or_dawdle()`);
    await importInto(organization.client, 'email\nbad@example.org\nlate@example.org\n').expect(500);
    expect(await emails()).toEqual(['late@example.org']);
  });
});
