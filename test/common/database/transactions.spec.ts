import { DataSource, type EntityManager } from 'typeorm';
import { databaseOptions } from '../../../src/common/database/options';
import { execute } from '../../../src/common/database/statements';
import {
  afterCommit,
  CommitOutcomeUnknown,
  inTransaction,
  savepoint,
  Transactions,
  withCommit,
} from '../../../src/common/database/transactions';
import { createDatabase, type TestDatabase } from '../../support/database';
import { until } from '../../support/until';

describe('Transactions', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let transactions: Transactions;

  beforeAll(async () => {
    database = await createDatabase();
    dataSource = await new DataSource(databaseOptions({ url: database.url })).initialize();
    transactions = new Transactions(dataSource);
    await database.query('CREATE TABLE notes (value int PRIMARY KEY CHECK (value < 100))');
  });
  beforeEach(() => database.query('TRUNCATE notes'));
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const note = (manager: EntityManager, value: number) =>
    execute(manager, { name: 'note', text: 'INSERT INTO notes VALUES ($1)' }, [value]);
  const sleep = (manager: EntityManager) =>
    execute(manager, { name: 'sleep', text: 'SELECT pg_sleep(60)' }, []);
  const notes = async () => {
    const rows = await database.query<{ value: number }>('SELECT value FROM notes ORDER BY value');
    return rows.map(({ value }) => value);
  };

  it('commit statements that nobody waited for', async () => {
    await transactions.run((manager) => {
      withCommit(manager, note(manager, 1), note(manager, 2));
      return Promise.resolve();
    });
    expect(await notes()).toEqual([1, 2]);
  });

  it('commit nothing when one of those fails, say which, and call nobody back', async () => {
    const listener = jest.fn();
    const work = (manager: EntityManager) => {
      afterCommit(manager, listener);
      withCommit(manager, note(manager, 1), note(manager, 100), note(manager, 3));
      return Promise.resolve();
    };
    await expect(transactions.run(work)).rejects.toMatchObject({ constraint: 'notes_value_check' });
    expect(listener).not.toHaveBeenCalled();
    expect(await notes()).toEqual([]);
  });

  it('end with the first error, not with what it brought about', async () => {
    const work = async (manager: EntityManager) => {
      withCommit(manager, note(manager, 100));
      await note(manager, 1);
    };
    await expect(transactions.run(work)).rejects.toMatchObject({ constraint: 'notes_value_check' });
    expect(await notes()).toEqual([]);
  });

  it('do not take a rollback for a commit when somebody kept an error to himself', async () => {
    const work = async (manager: EntityManager) => {
      await note(manager, 1);
      await note(manager, 100).catch(() => undefined);
    };
    await expect(transactions.run(work)).rejects.toThrow('COMMIT was answered by a rollback');
    expect(await notes()).toEqual([]);
  });

  it('do not know their outcome when the connection breaks in what goes with COMMIT', async () => {
    const ended = transactions.run((manager) => {
      withCommit(manager, note(manager, 1), sleep(manager));
      return Promise.resolve();
    });
    const sleeping = `FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`;
    await until(async () => (await database.query(`SELECT ${sleeping}`)).length > 0, 'Nothing sleeps');
    const outcome = expect(ended).rejects.toThrow(CommitOutcomeUnknown);
    await database.query(`SELECT pg_terminate_backend(pid) ${sleeping}`);
    await outcome;
    expect(await notes()).toEqual([]);
  });

  it.each([
    ['is fine', 1],
    ['fails', 100],
  ])('roll back what is yet to be sent when the work throws, if that %s', async (_, value) => {
    for (let time = 0; time < 3; time++) {
      const work = (manager: EntityManager) => {
        note(manager, value).catch(() => undefined);
        return Promise.reject(new Error('Changed my mind'));
      };
      await expect(transactions.run(work)).rejects.toThrow('Changed my mind');
    }
    await transactions.run((manager) => note(manager, 7));
    expect(await notes()).toEqual([7]);
  });

  it('hold those that TypeORM opens inside: they are savepoints', async () => {
    await transactions.run(async (manager) => {
      await manager.transaction((inner) => inner.query('INSERT INTO notes VALUES (1)'));
      const failing = manager.transaction((inner) => inner.query('INSERT INTO notes VALUES (2), (100)'));
      await expect(failing).rejects.toThrow('notes_value_check');
      expect(await notes()).toEqual([]);
      await note(manager, 3);
    });
    expect(await notes()).toEqual([1, 3]);
  });

  it('end as if what was undone had never been, though a statement of it failed', async () => {
    const [kept, undone] = [jest.fn(), jest.fn()];
    await transactions.run(async (manager) => {
      withCommit(manager, note(manager, 1));
      afterCommit(manager, kept);
      const undo = await savepoint(manager, 'here');
      withCommit(manager, note(manager, 100));
      afterCommit(manager, undone);
      await undo();
      withCommit(manager, note(manager, 2));
    });
    expect(await notes()).toEqual([1, 2]);
    expect(kept).toHaveBeenCalledTimes(1);
    expect(undone).not.toHaveBeenCalled();
  });

  it('take no more statements once they have ended', async () => {
    const manager = await transactions.run((one) => Promise.resolve(one));
    await expect(note(manager, 1)).rejects.toThrow('There is no open transaction');
    expect(await notes()).toEqual([]);
  });

  it('that begin eagerly get no further than to their first answer when START fails', async () => {
    const queryRunner = await transactions.connect();
    await queryRunner.query('BEGIN');
    await queryRunner.query('SELECT 1 / 0').catch(() => undefined);
    const work = async (manager: EntityManager) => {
      await note(manager, 1).catch(() => undefined);
      await manager.queryRunner!.query('ROLLBACK');
      await note(manager, 2);
    };
    await expect(inTransaction(queryRunner, work, { eager: true })).rejects.toThrow(
      'current transaction is aborted',
    );
    await queryRunner.release();
    expect(await notes()).toEqual([]);
  });
});
