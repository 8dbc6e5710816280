import { KEEP_PLAN } from '../../../src/common/database/kept-plans';
import type { RoundTripClient } from '../../../src/common/database/round-trip-client';
import type { Answer } from '../../../src/common/database/round-trip-query';
import { createDatabase, type TestDatabase } from '../../support/database';
import { connectTo } from '../../support/round-trip-client';

const PLAIN = 'SELECT $1::int * 2 AS result';
const KEPT = `/* ${KEEP_PLAN} */ ${PLAIN}`;

describe('A query with the comment that its plan is to be kept', () => {
  let database: TestDatabase;
  let client: RoundTripClient;

  beforeAll(async () => {
    database = await createDatabase();
  });
  beforeEach(async () => {
    client = await connectTo(database);
  });
  afterEach(() => client.end());
  afterAll(() => database.drop());

  const query = (text: string, values?: unknown[]): Promise<Answer<object>> => client.query(text, values);
  const ask = async (text: string, times: number) => {
    for (let n = 1; n <= times; n++) expect((await query(text, [n])).rows).toEqual([{ result: 2 * n }]);
  };
  const known = async () =>
    (
      await query(
        'SELECT statement, generic_plans::int, custom_plans::int FROM pg_prepared_statements ORDER BY name',
      )
    ).rows;

  it('is planned five times on a connection, and no more', async () => {
    await ask(KEPT, 8);
    expect(await known()).toEqual([{ statement: KEPT, generic_plans: 3, custom_plans: 5 }]);
  });

  it('is another on each connection', async () => {
    await ask(KEPT, 8);
    await client.end();
    client = await connectTo(database);
    await ask(KEPT, 1);
    expect(await known()).toEqual([{ statement: KEPT, generic_plans: 0, custom_plans: 1 }]);
  });

  it('is kept when the comment stands within it', async () => {
    const within = `SELECT (${KEPT}) AS result`;
    await ask(within, 1);
    expect(await known()).toMatchObject([{ statement: within }]);
  });

  it('is planned each time when the server is to keep none', async () => {
    await client.end();
    client = await connectTo(database, { preparedStatements: false });
    await ask(KEPT, 2);
    expect(await known()).toEqual([]);
  });

  it('is not kept without the comment, nor without values', async () => {
    await ask(PLAIN, 2);
    await query(`/* ${KEEP_PLAN} */ SELECT 1`);
    expect(await known()).toEqual([]);
  });

  it('fails as others do, and is asked again', async () => {
    const divide = `/* ${KEEP_PLAN} */ SELECT 100 / $1::int AS result`;
    await expect(query(divide, [0])).rejects.toThrow('division by zero');
    expect((await query(divide, [5])).rows).toEqual([{ result: 20 }]);
  });

  it('is one of fifty: a connection keeps no more of them', async () => {
    for (let n = 0; n < 60; n++) await query(`/* ${KEEP_PLAN} */ SELECT $1::int + ${n}`, [1]);
    expect(await known()).toHaveLength(50);
    await ask(KEPT, 1);
    expect(await known()).toHaveLength(50);
  });
});
