import type { EntityManager, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { openTransactionOf } from './open-transaction';
import type { Sent } from './round-trip';
import type { Statement } from './round-trip-query';

export type { Statement } from './round-trip-query';

/** A query as TypeORM writes it, its lock included. Parameters are numbered in the order in which they first appear. */
export function prepared<Row extends ObjectLiteral>(name: string, query: SelectQueryBuilder<Row>): Statement {
  const [text] = query.getQueryAndParameters();
  return { name, text };
}

/**
 * Parameters `$1`, `$2`…, arrays of these types and of one length, as a table to be joined with. LIMIT takes all rows; as
 * PostgreSQL cannot know how many that is when it makes a plan to keep, it reckons with one, and finds its match by an
 * index. Otherwise it reckons with ten, and plans anew for every batch that has fewer, which takes longer than the work.
 */
export function givenRows(...types: string[]): string {
  const arrays = types.map((type, index) => `$${index + 1}::${type}[]`);
  return `(SELECT * FROM unnest(${arrays.join(', ')}) LIMIT cardinality(${arrays[0]}))`;
}

/**
 * Sends a statement inside the transaction of `manager`. Calls that are not awaited in turn share a round trip.
 */
export function execute<Row extends object = Record<string, never>>(
  manager: EntityManager,
  statement: Statement,
  values: unknown[],
): Sent<Row[]> {
  const send = async () => (await openTransactionOf(manager).send<Row>(statement, values)).rows;
  return send() as Sent<Row[]>;
}

const LIMIT_LOCKS: Statement = {
  name: 'limit-locks-from-here',
  text: `SELECT set_config('lock_timeout', $1, true)`,
};

/** From here on the transaction waits no longer than this for a lock. */
export function limitLocks(manager: EntityManager, milliseconds: number): Sent<unknown> {
  return execute(manager, LIMIT_LOCKS, [`${milliseconds}ms`]);
}

const NOW: Statement = {
  name: 'transaction-clock',
  text: `SELECT clock_timestamp() AS now FROM pg_current_xact_id()`,
};

/**
 * The time that this transaction writes into its rows, by the database's clock: the one clock that all processes share.
 * To be asked behind the locks of those rows: what whoever held them wrote bears an earlier time then.
 * The transaction gets its id before the clock is read, so whoever sees no id of a transaction knows that what it is
 * yet to write will bear a later time.
 */
export async function transactionTime(manager: EntityManager): Promise<Date> {
  const [row] = await execute<{ now: Date }>(manager, NOW, []);
  return row!.now;
}
