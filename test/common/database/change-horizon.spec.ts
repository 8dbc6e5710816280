import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { changeHorizon, leaveUnfollowed } from '../../../src/common/database/change-horizon';
import { databaseOptions } from '../../../src/common/database/options';
import { createDatabase, type TestDatabase } from '../../support/database';

describe('changeHorizon', () => {
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

  const clock = async () => {
    const [row] = await dataSource.query<{ now: Date }[]>('SELECT clock_timestamp() AS now');
    return row!.now;
  };

  it('is the present when nobody writes', async () => {
    const before = await clock();
    const horizon = await changeHorizon(dataSource);
    expect(horizon.getTime()).toBeGreaterThanOrEqual(before.getTime());
    expect(horizon.getTime()).toBeLessThanOrEqual((await clock()).getTime());
  });

  it('stays before a transaction that has an id until it has ended', async () => {
    const writer = await connect();
    await writer.query('BEGIN');
    await writer.query('SELECT pg_current_xact_id()');
    const { rows } = await writer.query<{ now: Date }>('SELECT now() AS now');
    const begun = rows[0]!.now;

    expect(await changeHorizon(dataSource)).toEqual(begun);
    await writer.query('COMMIT');
    expect((await changeHorizon(dataSource)).getTime()).toBeGreaterThan(begun.getTime());
    await writer.end();
  });

  it('does not wait for who only reads or will write later', async () => {
    const reader = await connect();
    await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    await reader.query('SELECT 1 FROM attendees');
    const before = await clock();
    expect((await changeHorizon(dataSource)).getTime()).toBeGreaterThanOrEqual(before.getTime());
    await reader.query('ROLLBACK');
    await reader.end();
  });

  it('does not wait for who can write no more', async () => {
    const patient = dataSource.createQueryRunner();
    await patient.startTransaction();
    await patient.query('SELECT pg_current_xact_id()');
    await leaveUnfollowed(patient.manager);

    const before = await clock();
    expect((await changeHorizon(dataSource)).getTime()).toBeGreaterThanOrEqual(before.getTime());
    await expect(patient.query('CREATE TABLE late ()')).rejects.toThrow('read-only transaction');
    await patient.rollbackTransaction();
    await patient.release();
  });

  it.each(['COMMIT; BEGIN; SELECT pg_current_xact_id()', 'ROLLBACK TO SAVEPOINT before'])(
    'waits for the same session again that can write after %s',
    async (statements) => {
      const session = dataSource.createQueryRunner();
      await session.query('BEGIN; SELECT pg_current_xact_id(); SAVEPOINT before');
      await leaveUnfollowed(session.manager);
      await session.query(statements);
      const [begun] = (await session.query('SELECT now()')) as [{ now: Date }];

      expect(await changeHorizon(dataSource)).toEqual(begun.now);
      await session.query('ROLLBACK');
      await session.release();
    },
  );

  it('does not wait for writers of other databases', async () => {
    const other = await createDatabase();
    const writer = await connect(other.url);
    await writer.query('BEGIN; SELECT pg_current_xact_id()');
    const before = await clock();
    expect((await changeHorizon(dataSource)).getTime()).toBeGreaterThanOrEqual(before.getTime());
    await writer.end();
    await other.drop();
  });

  it('holds everything up rather than passing a writer whose start it may not see', async () => {
    const writer = await connect();
    await writer.query('BEGIN; SELECT pg_current_xact_id()');
    await dataSource.query('CREATE ROLE unprivileged');
    const reader = dataSource.createQueryRunner();
    await reader.query('SET ROLE unprivileged');

    expect(await changeHorizon(reader)).toEqual(new Date(0));

    await reader.query('RESET ROLE; DROP ROLE unprivileged');
    await reader.release();
    await writer.end();
  });

  async function connect(url = database.url): Promise<Client> {
    const client = new Client(url);
    await client.connect();
    return client;
  }
});
