import { DataSource } from 'typeorm';
import { databaseOptions, patient } from '../src/common/database/options';
import { started } from './program';

/** PostgreSQL goes on with a statement whose client is gone, and while it does its server is not stopped. */
const CUT_OFF = `
  SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
  WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid()`;

/** Connections that are closed when the program is done, whatever they are doing. */
export function openDatabase(url: string): Promise<DataSource> {
  const opening = new DataSource(patient(databaseOptions({ url }))).initialize();
  return started(opening, async (database) => {
    await database.query(CUT_OFF);
    await database.destroy();
  });
}
