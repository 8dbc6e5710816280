import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { acquireEmbeddedPostgres } from '../../src/common/database/embedded-postgres';
import { runMigrations } from '../../src/common/database/open-database';
import { databaseOptions } from '../../src/common/database/options';
import { TEMPLATE, urlOf } from './database';
import { findRedis, type RedisSource } from './redis';

export interface Services {
  /** URL of the server's maintenance database. */
  postgresUrl: string;
  redis: RedisSource;
  stop(): Promise<void>;
}

/**
 * `TEST_DATABASE_URL` or else a PostgreSQL from npm, without fsync: what these tests kill are processes of Usher, and
 * the server outlives them.
 */
export async function startServices(): Promise<Services> {
  const redis = await findRedis();
  const postgres = await startPostgres();
  try {
    await makeTemplate(postgres.url);
  } catch (error) {
    await postgres.stop();
    throw error;
  }
  return { postgresUrl: postgres.url, redis, stop: () => postgres.stop() };
}

export async function startPostgres(): Promise<{ url: string; stop(): Promise<void> }> {
  const given = process.env.TEST_DATABASE_URL;
  if (given) return { url: given, stop: () => Promise.resolve() };
  const dataDir = await mkdtemp(join(tmpdir(), 'usher-test-'));
  const embedded = await acquireEmbeddedPostgres({
    dataDir,
    settings: {
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      max_wal_size: '128MB',
      max_connections: '300',
    },
  });
  return {
    url: embedded.url,
    stop: async () => {
      await embedded.release();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function makeTemplate(url: string): Promise<void> {
  const server = await new DataSource(databaseOptions({ url })).initialize();
  await server.query(`DROP DATABASE IF EXISTS ${TEMPLATE} WITH (FORCE)`);
  await server.query(`CREATE DATABASE ${TEMPLATE}`);
  await server.destroy();
  const template = await new DataSource(databaseOptions({ url: urlOf(url, TEMPLATE) })).initialize();
  await runMigrations(template);
  await template.destroy();
}
