import { DataSource } from 'typeorm';
import { loadEnvironment } from './src/common/config/environment';
import { acquireEmbeddedPostgres } from './src/common/database/embedded-postgres';
import { databaseOptions } from './src/common/database/options';

/** The DataSource of the TypeORM CLI: `npm run typeorm -- migration:show`. */
async function cliDataSource(): Promise<DataSource> {
  const { databaseUrl, dataDir } = loadEnvironment();
  if (databaseUrl) return new DataSource(databaseOptions({ url: databaseUrl }));
  const embedded = await acquireEmbeddedPostgres({ dataDir });
  process.once('beforeExit', () => void embedded.release());
  return new DataSource(databaseOptions({ url: embedded.url }));
}

export default cliDataSource();
