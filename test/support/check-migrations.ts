import { randomBytes } from 'node:crypto';
import { DataSource } from 'typeorm';
import { runMigrations } from '../../src/common/database/open-database';
import { databaseOptions } from '../../src/common/database/options';
import { startPostgres } from './services';
import { urlOf } from './database';

const DATABASE = `usher_drift_check_${randomBytes(6).toString('hex')}`;

/** Compares a database that the migrations have made with what the entities say; exits with 1 when they differ. */
async function checkMigrations(): Promise<void> {
  const postgres = await startPostgres();
  try {
    const server = await new DataSource(databaseOptions({ url: postgres.url })).initialize();
    await server.query(`CREATE DATABASE ${DATABASE}`);
    const migrated = await new DataSource(
      databaseOptions({ url: urlOf(postgres.url, DATABASE) }),
    ).initialize();
    await runMigrations(migrated);
    const { upQueries } = await migrated.driver.createSchemaBuilder().log();
    await migrated.destroy();
    await server.query(`DROP DATABASE ${DATABASE} WITH (FORCE)`);
    await server.destroy();
    report(upQueries.map(({ query }) => query));
  } finally {
    await postgres.stop();
  }
}

function report(missing: string[]): void {
  if (missing.length === 0) {
    process.stdout.write('The migrations make what the entities say.\n');
    return;
  }
  process.stderr.write(`The entities have changed without a migration. Missing:\n${missing.join('\n')}\n`);
  process.exitCode = 1;
}

void checkMigrations();
