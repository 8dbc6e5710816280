import type { PoolClient } from 'pg';
import type { EntityManager, ObjectLiteral, SelectQueryBuilder } from 'typeorm';

/** A statement that PostgreSQL parses and plans once per connection. TypeORM's own `query()` does so every time. */
export interface Statement {
  /** Unique in the whole program: the server knows the plan under this name. */
  name: string;
  text: string;
}

/** A query as TypeORM writes it, its lock included. Parameters are numbered in the order in which they first appear. */
export function prepared<Row extends ObjectLiteral>(name: string, query: SelectQueryBuilder<Row>): Statement {
  const [text] = query.getQueryAndParameters();
  return { name, text };
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
  const { preparedStatements } = manager.connection.options.extra as { preparedStatements: boolean };
  const { name, text } = statement;
  const { rows } = await client.query<Row>(preparedStatements ? { name, text, values } : { text, values });
  return rows;
}

/**
 * The results of statements that are sent without waiting for one another, in their order. After one that fails
 * PostgreSQL refuses the rest, so what is thrown is the error of the first.
 */
export async function inOneRoundTrip<Results extends unknown[]>(
  ...statements: { [Index in keyof Results]: Promise<Results[Index]> }
): Promise<Results> {
  const settled = await Promise.allSettled(statements);
  const failed = settled.find(({ status }) => status === 'rejected');
  if (failed) throw (failed as PromiseRejectedResult).reason;
  return settled.map((one) => (one as PromiseFulfilledResult<unknown>).value) as Results;
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
