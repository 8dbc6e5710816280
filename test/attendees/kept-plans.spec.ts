import { Transactions } from '../../src/common/database/transactions';
import { startApp, type TestApp } from '../support/app';

interface KnownStatement {
  name: string;
  generic_plans: number;
  custom_plans: number;
}

const CONNECTIONS = 4;

describe('Plans of create attendee', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startApp({ DATABASE_POOL_SIZE: String(CONNECTIONS) });
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

  /** What the connections know that was used often enough for a plan to be kept. */
  const readKnown = async (): Promise<KnownStatement[]> => {
    const transactions = app.nest.get(Transactions);
    const all = await Promise.all(Array.from({ length: CONNECTIONS }, () => transactions.connect()));
    const known = await Promise.all(
      all.map((connection) =>
        connection.query(
          `SELECT name, generic_plans::int, custom_plans::int FROM pg_prepared_statements
           WHERE generic_plans + custom_plans > 7`,
        ),
      ),
    );
    await Promise.all(all.map((connection) => connection.release()));
    return known.flat() as KnownStatement[];
  };

  it('are kept, although batches have no usual size: PostgreSQL tries five times and plans no more', async () => {
    const organization = await app.organization();
    const event = await organization.event();
    await organization.issue(event);
    await grow();
    for (let round = 0; round < 10 * CONNECTIONS; round++) await organization.issue(event);

    const known = await readKnown();
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
});
