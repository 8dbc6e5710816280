import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource, type DataSourceOptions, type EntityManager } from 'typeorm';
import { patient } from './options';
import { isDatabaseUnreachable } from './postgres-error';

/** Any number; the same in every process of an installation. */
const MIGRATION_LOCK = 8_431_077_201;

const ATTEMPTS = 5;

/** Waits a few seconds for a database that starts at the same time, or goes away meanwhile. */
export async function openDatabase(
  options: DataSourceOptions,
  { migrate }: { migrate: boolean },
): Promise<DataSource> {
  for (let attempt = 1; ; attempt++) {
    try {
      if (migrate) await migrateDatabase(options);
      return await new DataSource(options).initialize();
    } catch (error) {
      if (!isDatabaseUnreachable(error)) throw error;
      // Node's error for a name with several addresses has a code and no message.
      const { message, code } = error as NodeJS.ErrnoException;
      if (attempt === ATTEMPTS) throw new Error(`the database does not answer: ${message || code}`);
      await sleep(1_000);
    }
  }
}

async function migrateDatabase(options: DataSourceOptions): Promise<void> {
  const dataSource = await new DataSource(patient(options)).initialize();
  try {
    await runMigrations(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

/**
 * Brings the schema up to date. Of several processes that start at once one migrates, and the others wait for it: for a
 * transaction rather than a session, because behind a pooler there is no session to hold a lock.
 */
export async function runMigrations(dataSource: DataSource): Promise<void> {
  await dataSource.transaction(async (manager) => {
    await manager.query('SET LOCAL idle_in_transaction_session_timeout = 0');
    while (!(await isFirst(manager))) await sleep(200);
    await dataSource.runMigrations();
  });
}

/**
 * Does not wait within a statement, and sends no parameters, with which PostgreSQL keeps the snapshot of the statement:
 * `CREATE INDEX CONCURRENTLY` in a migration would wait for that in turn.
 */
async function isFirst(manager: EntityManager): Promise<boolean> {
  const sql = `SELECT pg_try_advisory_xact_lock(${MIGRATION_LOCK}) AS granted`;
  const [row] = await manager.query<{ granted: boolean }[]>(sql);
  return row!.granted;
}
