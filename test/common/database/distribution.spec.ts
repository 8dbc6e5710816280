import { createDatabase, type TestDatabase } from '../../support/database';

/** What distributed engines ask for; docs/scaling.md says why these are as they are. */
describe('Tables', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createDatabase();
  });
  afterAll(() => database.drop());

  it('are unique within an organization, but for what is asked for without one', async () => {
    const rows = await database.query<{ name: string }>(
      `SELECT indexrelid::regclass::text AS name
       FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
       WHERE indisunique AND relnamespace = 'public'::regnamespace AND NOT EXISTS (
         SELECT FROM pg_attribute WHERE attrelid = indrelid AND attnum = ANY (indkey) AND attname = 'organization_id')
       ORDER BY name`,
    );
    expect(rows.map(({ name }) => name)).toEqual([
      'api_keys_key_hash_unique',
      'migrations_pkey',
      'organizations_pkey',
      'payments_token_unique',
    ]);
  });

  it('refer to rows of the same organization only', async () => {
    const rows = await database.query<{ definition: string }>(
      `SELECT pg_get_constraintdef(oid) AS definition FROM pg_constraint WHERE contype = 'f'`,
    );
    expect(rows.length).toBeGreaterThan(5);
    for (const { definition } of rows) {
      expect(definition).toMatch(
        /^FOREIGN KEY \(organization_id(, .+)?\) REFERENCES (organizations\(id\)|\w+\(organization_id, .+\))$/,
      );
    }
  });
});
