import type { PoolClient } from 'pg';
import type { EntityManager } from 'typeorm';

/** A statement that PostgreSQL parses and plans once per connection. TypeORM's own `query()` does so every time. */
export interface Statement {
  /** Unique in the whole program: the server knows the plan under this name. */
  name: string;
  text: string;
}

/** Runs a prepared statement inside the transaction of `manager`. Calls that are not awaited in turn share a round trip. */
export async function execute<Row extends object = Record<string, never>>(
  manager: EntityManager,
  statement: Statement,
  values: unknown[],
): Promise<Row[]> {
  if (!manager.queryRunner?.isTransactionActive) {
    throw new Error(`${statement.name} must run inside a transaction`);
  }
  const client = (await manager.queryRunner.connect()) as PoolClient;
  const { rows } = await client.query<Row>({ ...statement, values });
  return rows;
}

const NOW: Statement = {
  name: 'transaction-clock',
  text: `SELECT clock_timestamp() AS now FROM pg_current_xact_id()`,
};

/**
 * The time that this transaction writes into its rows, by the database's clock: the one clock that all processes share.
 * The transaction gets its id before the clock is read, so whoever sees no id of a transaction knows that what it is
 * yet to write will bear a later time.
 */
export async function transactionTime(manager: EntityManager): Promise<Date> {
  const [row] = await execute<{ now: Date }>(manager, NOW, []);
  return row!.now;
}
