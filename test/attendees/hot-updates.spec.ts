import { PlannerStatistics } from '../../src/common/database/planner-statistics';
import { startApp, type TestApp } from '../support/app';
import { until } from '../support/until';

interface Updates {
  table: string;
  updates: number;
  in_place: number;
}

const UPDATES = `
  SELECT relname AS table, n_tup_upd::int AS updates, n_tup_hot_upd::int AS in_place
  FROM pg_stat_user_tables WHERE relname IN ('events', 'ticket_classes') ORDER BY relname`;

const NO_AUTOVACUUM = `
  DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema() LOOP
      EXECUTE format('ALTER TABLE %I SET (autovacuum_enabled = off)', name);
    END LOOP;
  END $$`;

const END_CONNECTIONS = `
  SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND application_name = 'usher'`;

describe('The rows that every sale updates', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startApp({ WORKER: 'off' });
  });
  afterAll(() => app.close());

  it('are updated in place (HOT), so that the millionth sale finds them as fast as the first', async () => {
    // Whoever looks at rows while they are updated keeps what stood there before, and the page gets full.
    await app.nest.get(PlannerStatistics).beforeApplicationShutdown();
    await app.database.query(NO_AUTOVACUUM);
    const organization = await app.organization();
    const event = await organization.event();
    const sales = 200;
    for (let sale = 0; sale < sales; sale++) await organization.issue(event);
    // A connection counts for itself, and tells the others when it ends.
    await app.database.query(END_CONNECTIONS);
    const read = () => app.database.query<Updates>(UPDATES);
    await until(
      async () => (await read()).every(({ updates }) => updates >= sales),
      'Updates are not counted',
    );
    for (const { table, updates, in_place } of await read()) {
      expect({ table, in_place }).toEqual({ table, in_place: updates });
    }
  });
});
