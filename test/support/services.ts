import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { acquireEmbeddedPostgres } from '../../src/common/database/embedded-postgres';
import { runMigrations } from '../../src/common/database/open-database';
import { databaseOptions } from '../../src/common/database/options';
import { urlOf } from './database';
import { findRedis, type RedisSource } from './redis';

export interface Services {
  /** URL of the server's maintenance database. */
  postgresUrl: string;
  /** Name of a database that the migrations have made: nobody else's, though others may test on the same server. */
  template: string;
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
  const template = `usher_test_template_${randomBytes(6).toString('hex')}`;
  const stop = () =>
    onServer(postgres.url, `DROP DATABASE IF EXISTS ${template} WITH (FORCE)`).finally(() => postgres.stop());
  try {
    await makeTemplate(postgres.url, template);
  } catch (error) {
    await stop();
    throw error;
  }
  return { postgresUrl: postgres.url, template, redis, stop };
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

async function makeTemplate(url: string, name: string): Promise<void> {
  await onServer(url, `CREATE DATABASE ${name}`);
  const template = await new DataSource(databaseOptions({ url: urlOf(url, name) })).initialize();
  await runMigrations(template);
  await template.destroy();
}

async function onServer(url: string, sql: string): Promise<void> {
  const server = await new DataSource(databaseOptions({ url })).initialize();
  await server.query(sql);
  await server.destroy();
}
