import { DataSource } from 'typeorm';
import { loadEnvironment } from './src/common/config/environment';
import { acquireEmbeddedPostgres, type EmbeddedPostgres } from './src/common/database/embedded-postgres';
import { databaseOptions, patient } from './src/common/database/options';

/** The DataSource of the TypeORM CLI: `npm run typeorm -- migration:show`. */
async function cliDataSource(): Promise<DataSource> {
  const { databaseUrl, dataDir } = loadEnvironment();
  if (databaseUrl) return new DataSource(patient(databaseOptions({ url: databaseUrl })));
  return new EmbeddedDataSource(await acquireEmbeddedPostgres({ dataDir }));
}

/** Releases its server as it is destroyed: most commands of TypeORM call `process.exit` right after that. */
class EmbeddedDataSource extends DataSource {
  constructor(private readonly embedded: EmbeddedPostgres) {
    super(patient(databaseOptions({ url: embedded.url })));
  }

  override async destroy(): Promise<void> {
    await super.destroy();
    await this.embedded.release();
  }
}

export default cliDataSource();
