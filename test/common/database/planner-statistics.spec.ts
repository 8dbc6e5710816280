import { PlannerStatistics } from '../../../src/common/database/planner-statistics';
import { startApp, type TestApp } from '../../support/app';
import type { TestOrganization } from '../../support/organization';
import { until } from '../../support/until';

describe('Statistics for the query planner', () => {
  let app: TestApp;
  let organization: TestOrganization;

  beforeAll(async () => {
    app = await startApp();
    organization = await app.organization();
  });
  afterAll(() => app.close());

  const addContacts = (count: number) =>
    app.database.query(
      `INSERT INTO contacts (organization_id, id, email)
       SELECT $1, 'con_' || gen_random_uuid(), gen_random_uuid() || '@example.org' FROM generate_series(1, $2::int)`,
      [organization.id, count],
    );
  const knownContacts = async () => {
    const [row] = await app.database.query<{ reltuples: number }>(
      `SELECT reltuples FROM pg_class WHERE relname = 'contacts'`,
    );
    return row!.reltuples;
  };

  const planOfForeignKeyCheck = async () => {
    const rows = await app.database.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN SELECT 1 FROM ONLY contacts WHERE organization_id = $1 AND id = $2 FOR KEY SHARE`,
      [organization.id, 'con_any'],
    );
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  };

  it('follow a table that grows, so that plans look for one row by its primary key', async () => {
    await addContacts(500);
    await until(async () => (await knownContacts()) === 500, 'Nobody looked at the new rows');
    expect(await planOfForeignKeyCheck()).toContain('Index Scan using contacts_pkey');

    await addContacts(500);
    await until(async () => (await knownContacts()) === 1_000, 'Nobody looked at the rows that came later');
  });

  it('are left alone while a table has not doubled', async () => {
    await addContacts(300);
    expect(await app.nest.get(PlannerStatistics).refresh()).not.toContain('public.contacts');
  });
});
