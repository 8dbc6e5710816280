import { DataSource, type MigrationInterface, type QueryRunner } from 'typeorm';
import { openDatabase, runMigrations } from '../../../src/common/database/open-database';
import { databaseOptions } from '../../../src/common/database/options';
import { createDatabase, type TestDatabase } from '../../support/database';
import { until } from '../../support/until';

const WAITERS = `
  SELECT FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%pg_try_advisory_xact_lock%'`;

describe('Processes that start at once on an old schema', () => {
  let database: TestDatabase;
  const opened: DataSource[] = [];

  beforeAll(async () => {
    database = await createDatabase({ empty: true });
    await database.query('CREATE TABLE notes (text text)');
  });
  afterAll(async () => {
    await Promise.all(opened.map((dataSource) => dataSource.destroy()));
    await database.drop();
  });

  let runs = 0;
  let othersWait: () => Promise<void>;

  class IndexNotes1799999999999 implements MigrationInterface {
    transaction = false;

    async up(queryRunner: QueryRunner): Promise<void> {
      runs++;
      await othersWait();
      await queryRunner.query(`SET statement_timeout = '10s'`);
      await queryRunner.query('CREATE INDEX CONCURRENTLY notes_by_text ON notes (text)');
    }

    down(): Promise<void> {
      return Promise.reject(new Error('There is no way back'));
    }
  }

  it('migrate once, also when an index is built that waits for everybody', async () => {
    othersWait = () =>
      until(async () => (await database.query(WAITERS)).length >= 2, 'The others do not wait');
    const processes = await Promise.all(
      [1, 2, 3].map(() =>
        new DataSource({
          ...databaseOptions({ url: database.url }),
          migrations: [IndexNotes1799999999999],
        }).initialize(),
      ),
    );
    opened.push(...processes);
    await Promise.all(processes.map(runMigrations));
    expect(runs).toBe(1);
  });
});

describe('A process whose database goes away while it migrates', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createDatabase({ empty: true });
  });
  afterAll(() => database.drop());

  let runs = 0;

  class AddNotes1799999999998 implements MigrationInterface {
    async up(queryRunner: QueryRunner): Promise<void> {
      await queryRunner.query('CREATE TABLE notes (text text)');
      if (++runs === 1)
        await database.query(
          'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
        );
    }

    down(): Promise<void> {
      return Promise.reject(new Error('There is no way back'));
    }
  }

  it('migrates when it is back', async () => {
    const options = { ...databaseOptions({ url: database.url }), migrations: [AddNotes1799999999998] };
    const dataSource = await openDatabase(options, { migrate: true });
    expect(await dataSource.query('SELECT FROM notes')).toEqual([]);
    await dataSource.destroy();
    expect(runs).toBe(2);
  });
});

it('A process that starts on a new database makes its tables', async () => {
  const database = await createDatabase({ empty: true });
  const dataSource = await openDatabase(databaseOptions({ url: database.url }), { migrate: true });
  expect(await dataSource.query('SELECT FROM attendees')).toEqual([]);
  expect(await dataSource.showMigrations()).toBe(false);
  await dataSource.destroy();
  await database.drop();
});
