import type { DataSource, EntityManager } from 'typeorm';

/** `application_name` of transactions that write nothing whose changes are followed. */
const UNFOLLOWED = 'usher unfollowed';

/**
 * Keeps a transaction that has written what it had to from holding up those who follow changes, however long it stays
 * open. From here on it can only read.
 */
export async function leaveUnfollowed(manager: EntityManager): Promise<void> {
  await manager.query(
    `SELECT set_config('transaction_read_only', 'on', true), set_config('application_name', '${UNFOLLOWED}', true)`,
  );
}

/**
 * Everything that is written with a time before the horizon is committed and visible by now: who reads changes in the
 * order of their times and stops at the horizon never passes one that commits late. Read rows in a statement after
 * this one, and outside of a transaction.
 *
 * Why: times come from `transactionTime`, after the transaction has got its id. Take a transaction whose rows that
 * later statement does not see, so it had not ended then.
 * - When its id was not there yet as this statement looked, it reads the clock later than this statement began.
 * - When its id was there, its times are no earlier than its start, which bounds the horizon here.
 * Rows keep milliseconds, so the horizon is cut down to them as times are.
 *
 * `leaveUnfollowed` takes a transaction out. A session is seen before its id is: when it has begun another transaction in
 * between and is still taken for the one that it had, that id was not there yet as this statement began.
 *
 * What it rests on: all writers use the clock of one database server, which does not go back, and none prepares
 * transactions (two-phase commit). A writer whose start cannot be seen holds everything up rather than being passed:
 * sessions of other database roles need `pg_read_all_stats` to be seen, and `track_activities` must be on.
 *
 * A transaction that stays open delays what others have committed meanwhile, but loses none of it.
 */
export async function changeHorizon(dataSource: Pick<DataSource, 'query'>): Promise<Date> {
  const [row] = await dataSource.query<{ horizon: Date }[]>(`
    SELECT date_trunc('milliseconds', least(statement_timestamp(), min(coalesce(xact_start, 'epoch')))) AS horizon
    FROM pg_stat_activity
    WHERE datname = current_database() AND backend_xid IS NOT NULL
      AND application_name IS DISTINCT FROM '${UNFOLLOWED}'`);
  return row!.horizon;
}
