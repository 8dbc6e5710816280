import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import { Lanes, type LanesOptions } from '../../../src/common/database/lanes';
import { databaseOptions } from '../../../src/common/database/options';
import { Transactions } from '../../../src/common/database/transactions';
import { createDatabase, type TestDatabase } from '../../support/database';
import { until } from '../../support/until';

/** Locks the row `key` and notes `value`; `sql` runs between the two. */
export interface Command {
  key: string;
  value: number;
  sql?: string;
}

export function command(value: number, fields: Partial<Command> = {}): Command {
  return { key: 'a', value, ...fields };
}

/** What became of each command: its answer, or its error. */
export async function outcomes(answers: Promise<number>[]): Promise<unknown[]> {
  const settled = await Promise.allSettled(answers);
  return settled.map((one) => (one.status === 'fulfilled' ? one.value : (one.reason as unknown)));
}

/** A database in which lanes lock keys and take notes. */
export class Notebook {
  /** The values of every attempt at a batch. */
  batches: number[][] = [];

  private constructor(
    readonly database: TestDatabase,
    private readonly dataSource: DataSource,
  ) {}

  static async open(): Promise<Notebook> {
    const database = await createDatabase();
    const dataSource = await new DataSource(databaseOptions({ url: database.url })).initialize();
    await database.query('CREATE TABLE keys (key text PRIMARY KEY)');
    await database.query('CREATE TABLE notes (value int, key text)');
    await database.query(`INSERT INTO keys SELECT unnest('{a,b,c,d,e,f,g,h}'::text[])`);
    return new Notebook(database, dataSource);
  }

  async clear(): Promise<void> {
    this.batches = [];
    await this.database.query('TRUNCATE notes');
  }

  async close(): Promise<void> {
    await this.dataSource.destroy();
    await this.database.drop();
  }

  connect(): Promise<QueryRunner> {
    return new Transactions(this.dataSource).connect();
  }

  lanes(options: Partial<LanesOptions<Command, number>> = {}): Lanes<Command, number> {
    return new Lanes({
      lanes: 1,
      desiredBatch: 16,
      maxBatch: 64,
      maxWaiting: 1_000,
      patienceMs: 10_000,
      connect: () => this.connect(),
      keyOf: ({ key }) => key,
      around: (_, settle) => settle(),
      work: (manager, commands) => this.work(manager, commands),
      sharesLock: () => false,
      ...options,
    });
  }

  /** Answers each command with ten times its value. */
  async work(manager: EntityManager, commands: readonly Command[]): Promise<number[]> {
    this.batches.push(commands.map(({ value }) => value));
    for (const { key, value, sql } of commands) {
      await manager.query('SELECT FROM keys WHERE key = $1 FOR UPDATE', [key]);
      if (sql) await manager.query(sql);
      await manager.query('INSERT INTO notes VALUES ($1, $2)', [value, key]);
    }
    return commands.map(({ value }) => value * 10);
  }

  /** What was committed, in the order in which it was written. */
  async notes(): Promise<number[]> {
    const rows = await this.database.query<{ value: number }>('SELECT value FROM notes ORDER BY ctid');
    return rows.map(({ value }) => value);
  }

  /** Holds the lock of a key until the function that it resolves to is called. */
  holdKey(key: string): Promise<() => Promise<void>> {
    return this.database.hold('SELECT FROM keys WHERE key = $1 FOR UPDATE', [key]);
  }

  /** Resolves when a statement sleeps. */
  untilSleeping(): Promise<void> {
    const sleeping = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'`;
    return until(async () => (await this.database.query(sleeping)).length > 0, 'Nothing sleeps');
  }

  /** Breaks the connections of the lanes that are in a transaction. */
  async terminate(): Promise<void> {
    await this.database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'usher' AND state <> 'idle'`,
    );
  }
}
