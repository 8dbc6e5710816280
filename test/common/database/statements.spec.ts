import { DataSource, type EntityManager } from 'typeorm';
import { databaseOptions } from '../../../src/common/database/options';
import { inOneRoundTrip } from '../../../src/common/database/round-trip';
import { execute } from '../../../src/common/database/statements';
import { Transactions } from '../../../src/common/database/transactions';
import { createDatabase, type TestDatabase } from '../../support/database';

describe('Statements in one round trip', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeAll(async () => {
    database = await createDatabase();
    dataSource = await new DataSource(databaseOptions({ url: database.url })).initialize();
  });
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const run = <T>(work: (manager: EntityManager) => Promise<T>) => new Transactions(dataSource).run(work);
  const divide = async (manager: EntityManager, by: number) => {
    const [row] = await execute<{ result: number }>(
      manager,
      { name: 'divide', text: 'SELECT 100 / $1::int AS result' },
      [by],
    );
    return row!.result;
  };

  it('give their results in the order in which they were sent', async () => {
    await expect(
      run((manager) => inOneRoundTrip(divide(manager, 5), divide(manager, 2), divide(manager, 50))),
    ).resolves.toEqual([20, 50, 2]);
  });

  it('fail with the error of the first that failed, however deep in the code it was sent', async () => {
    const deeply = async (manager: EntityManager) => {
      const [[result]] = await inOneRoundTrip(inOneRoundTrip(divide(manager, 0)), divide(manager, 1));
      return result;
    };
    await expect(
      run((manager) => inOneRoundTrip(divide(manager, 1), deeply(manager), divide(manager, 2))),
    ).rejects.toThrow('division by zero');
  });

  it('obey the limits of their transaction from the first one on', async () => {
    const [settings] = await run((manager) =>
      execute<{ locks: string }>(
        manager,
        { name: 'limits', text: `SELECT current_setting('lock_timeout') AS locks` },
        [],
      ),
    );
    expect(settings).toEqual({ locks: '2s' });
  });
});
