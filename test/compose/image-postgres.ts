/** Stands in for the image postgres:18: a cluster with the user, the password and the database of the environment. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Client } from 'pg';
import { acquireEmbeddedPostgres, type EmbeddedPostgres } from '../../src/common/database/embedded-postgres';

const { POSTGRES_USER: user, POSTGRES_PASSWORD: password, POSTGRES_DB: database } = process.env;
/** As in the image. */
const RULES = 'local all all trust\nhost all all 127.0.0.1/32 trust\nhost all all all scram-sha-256\n';

async function main(): Promise<void> {
  await writeFile(resolve('pg_hba.conf'), RULES, { mode: 0o644 });
  // Like the image: whoever comes by the right address finds nobody until all is prepared.
  const first = await start({ port: '5431' });
  await prepare(first.url);
  await first.release();
  const { release } = await start({ port: '5432', listen_addresses: '*' });
  process.on('SIGTERM', () => void release().then(() => process.exit(0)));
}

function start(settings: Record<string, string>): Promise<EmbeddedPostgres> {
  const common = { unix_socket_directories: '/run/postgresql', hba_file: resolve('pg_hba.conf') };
  return acquireEmbeddedPostgres({ dataDir: resolve('data'), settings: { ...common, ...settings } });
}

/** The embedded one has made a user and a database by itself, which may be called the same. */
async function prepare(url: string): Promise<void> {
  const client = new Client(url);
  await client.connect();
  await client.query(`CREATE ROLE ${user}`).catch(() => undefined);
  await client.query(`ALTER ROLE ${user} SUPERUSER LOGIN PASSWORD '${password}'`);
  await client.query(`CREATE DATABASE ${database}`).catch(() => undefined);
  await client.query(`ALTER DATABASE ${database} OWNER TO ${user}`);
  await client.end();
}

void main();
