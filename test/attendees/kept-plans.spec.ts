import { KEEP_PLAN } from '../../src/common/database/kept-plans';
import { Transactions } from '../../src/common/database/transactions';
import { startApp, type TestApp } from '../support/app';

interface KnownStatement {
  name: string;
  statement: string;
  generic_plans: number;
  custom_plans: number;
}

const CONNECTIONS = 4;

const usesOf = ({ generic_plans, custom_plans }: KnownStatement) => generic_plans + custom_plans;

describe('Plans', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startApp({ DATABASE_POOL_SIZE: String(CONNECTIONS), DATABASE_PREPARED_STATEMENTS: 'on' });
  });
  afterAll(() => app.close());

  /** As many rows that it makes a difference how one of them is found. */
  const grow = async () => {
    for (const [table, other] of [
      ['events', `jsonb_build_object('id', 'evt_' || n)`],
      ['ticket_classes', `jsonb_build_object('id', 'tcl_' || n, 'name', n)`],
      ['contacts', `jsonb_build_object('id', 'con_' || n, 'email', n || '@example.org')`],
    ]) {
      const columns = await app.database.query<{ name: string }>(
        `SELECT quote_ident(attname) AS name FROM pg_attribute
         WHERE attrelid = $1::regclass AND attnum > 0 AND attgenerated = '' AND NOT attisdropped`,
        [table],
      );
      const names = columns.map(({ name }) => name).join();
      await app.database.query(
        `INSERT INTO ${table} (${names}) SELECT ${names} FROM (
           SELECT (jsonb_populate_record(one, ${other})).* FROM ${table} one, generate_series(1, 2000) n) AS copies`,
      );
      await app.database.query(`ANALYZE ${table}`);
    }
  };

  /** What the connections know. */
  const readKnown = async (): Promise<KnownStatement[]> => {
    const transactions = app.nest.get(Transactions);
    const all = await Promise.all(Array.from({ length: CONNECTIONS }, () => transactions.connect()));
    const known = await Promise.all(
      all.map((connection) =>
        connection.query(
          'SELECT name, statement, generic_plans::int, custom_plans::int FROM pg_prepared_statements',
        ),
      ),
    );
    await Promise.all(all.map((connection) => connection.release()));
    return known.flat() as KnownStatement[];
  };

  it('of create attendee are kept, although batches have no usual size: PostgreSQL tries five times and plans no more', async () => {
    const organization = await app.organization();
    const event = await organization.event();
    await organization.issue(event);
    await grow();
    for (let round = 0; round < 10 * CONNECTIONS; round++) await organization.issue(event);

    const known = (await readKnown()).filter((one) => usesOf(one) > 7);
    const names = known.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        'seat-locks-events',
        'seat-locks-ticket-classes',
        'contacts-lock',
        'tickets-insert',
        'inventory-move-events',
        'inventory-move-classes',
        'webhook-endpoints-wanted',
      ]),
    );
    const replanned = known.filter(({ custom_plans }) => custom_plans > 5);
    expect(replanned).toEqual([]);
  });

  it.each([
    ['/events', 1],
    ['/events/EVENT', 1],
    ['/contacts', 1],
    ['/contacts/CONTACT', 1],
    ['/contacts/CONTACT/attendees', 2],
    ['/payments', 1],
    ['/payments/PAYMENT', 2],
    ['/events/EVENT/attendees', 2],
    ['/events/EVENT/attendees?page_size=1&status=invited', 3],
    ['/events/EVENT/attendees/TICKET', 3],
    // Each page is another text, and what is searched for may be frequent or rare.
    ['/contacts?page=2', 0],
    ['/events?q=concert', 0],
    ['/events?starts_after=2020-01-01T00:00:00Z', 0],
    ['/payments?event_id=EVENT', 0],
    ['/payments?contact_id=CONTACT', 0],
    ['/events/EVENT/attendees?payment_id=PAYMENT', 1],
    ['/contacts?q=ada', 0],
    ['/contacts?tag=vip', 0],
    ['/events/EVENT/attendees?page=2&page_size=1&status=invited', 2],
    ['/events/EVENT/attendees?q=ada', 1],
  ])('of GET %s are kept, of %i statements', async (path, statements) => {
    const organization = await app.organization();
    const event = await organization.event();
    const { payment_id, data } = await organization.issue(event, { quantity: 3, status: 'invited' });
    const { id, contact_id } = data[0]!;
    const ids = { EVENT: event.id, CONTACT: contact_id, PAYMENT: payment_id, TICKET: id };
    const filled = path.replace(/[A-Z]{5,}/g, (name) => ids[name as keyof typeof ids]);
    const requests = 3 * CONNECTIONS;
    const before = await usesOfKept();
    await Promise.all(Array.from({ length: requests }, () => organization.client.get(filled).expect(200)));

    expect(((await usesOfKept()) - before) / requests).toBe(statements);
  });

  const usesOfKept = async () => {
    const kept = (await readKnown()).filter(({ statement }) => statement.includes(KEEP_PLAN));
    return kept.reduce((sum, one) => sum + usesOf(one), 0);
  };
});
