import { DataSource, type DataSourceOptions } from 'typeorm';

/** Any number; the same in every process of an installation. */
const MIGRATION_LOCK = 8_431_077_201;

export async function openDatabase(
  options: DataSourceOptions,
  { migrate }: { migrate: boolean },
): Promise<DataSource> {
  const dataSource = await new DataSource(options).initialize();
  try {
    if (migrate) await runMigrations(dataSource);
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
  return dataSource;
}

/** Brings the schema up to date. Of several processes that start at once one migrates, and the others wait for it. */
export async function runMigrations(dataSource: DataSource): Promise<void> {
  const queryRunner = dataSource.createQueryRunner();
  try {
    await queryRunner.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    try {
      await dataSource.runMigrations();
    } finally {
      await queryRunner.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
    }
  } finally {
    await queryRunner.release();
  }
}
