import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { acquireEmbeddedPostgres, type EmbeddedPostgres } from '../../src/common/database/embedded-postgres';
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

const END_CONNECTIONS = `
  SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND application_name = 'usher'`;

/**
 * Whoever may still look at a row keeps what stood there before, and its page gets full: in PostgreSQL every transaction that
 * writes, in whatever database, and autovacuum. So this has a server of its own, with nobody else on it.
 */
describe('The rows that every sale updates', () => {
  let dataDir: string;
  let postgres: EmbeddedPostgres;
  let server: Client;
  let app: TestApp;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'usher-hot-'));
    postgres = await acquireEmbeddedPostgres({ dataDir, settings: { fsync: 'off', autovacuum: 'off' } });
    server = new Client(postgres.url);
    await server.connect();
    app = await startApp({ DATABASE_URL: postgres.url, MIGRATE_ON_START: 'true', WORKER: 'off' });
    await app.nest.get(PlannerStatistics).beforeApplicationShutdown();
  }, 60_000);
  afterAll(async () => {
    await app.close();
    await server.end();
    await postgres.release();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('are updated in place (HOT), so that the millionth sale finds them as fast as the first', async () => {
    const organization = await app.organization();
    // As many as fill several pages, which must have room for another version of each.
    const events = await Promise.all(Array.from({ length: 100 }, () => organization.event()));
    for (const event of events) await organization.issue(event);
    for (let sale = 0; sale < 200; sale++) await organization.issue(events[0]!);
    const sales = events.length + 200;
    // A connection counts for itself, and tells the others when it ends.
    await server.query(END_CONNECTIONS);
    const read = async () => (await server.query<Updates>(UPDATES)).rows;
    await until(
      async () => (await read()).every(({ updates }) => updates >= sales),
      'Updates are not counted',
    );
    for (const { table, updates, in_place } of await read()) {
      expect({ table, in_place }).toEqual({ table, in_place: updates });
    }
  });
});
