import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { until } from './until';

const BLOCKED = `
  SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;

/** Ends a transaction that was held open; without saying how, as if it had never been. */
type Release = (end?: 'COMMIT' | 'ROLLBACK') => Promise<void>;

export interface TestDatabase {
  /** Where the app finds it: on the server, or through the connection pooler on `TEST_POOLER_PORT`. */
  url: string;
  /** Where it is, for whoever looks at one session of the server. */
  directUrl: string;
  /** Runs one statement on a connection of its own. */
  query<Row extends object>(sql: string, values?: unknown[]): Promise<Row[]>;
  /** Runs one statement in a transaction that stays open, locks and all, until the function it resolves to is called. */
  hold(sql: string, values?: unknown[]): Promise<Release>;
  /** Resolves when as many sessions of the app as said wait for a lock. */
  untilBlocked(sessions?: number): Promise<void>;
  drop(): Promise<void>;
}

/** A database of the caller's own: migrated, or empty. */
export async function createDatabase({ empty = false } = {}): Promise<TestDatabase> {
  const { TEST_POSTGRES_URL: server, TEST_POSTGRES_TEMPLATE: template } = process.env;
  if (!server || !template) throw new Error('TEST_POSTGRES_… is set by the global setup of the tests');
  const name = `usher_test_${randomBytes(6).toString('hex')}`;
  await run(server, `CREATE DATABASE ${name} TEMPLATE ${empty ? 'template1' : template}`);
  const url = urlOf(server, name);
  const { TEST_POOLER_PORT: port } = process.env;
  return {
    url: port ? Object.assign(new URL(url), { port }).href : url,
    directUrl: url,
    query: (sql, values) => run(url, sql, values),
    hold: (sql, values) => hold(url, sql, values),
    untilBlocked: (sessions = 1) =>
      until(async () => (await run(url, BLOCKED)).length >= sessions, 'Nobody waits for a lock'),
    drop: async () => void (await run(server, `DROP DATABASE ${name} WITH (FORCE)`)),
  };
}

export function urlOf(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

async function hold(url: string, sql: string, values: unknown[] = []): Promise<Release> {
  const client = new Client(url);
  await client.connect();
  await client.query('BEGIN');
  await client.query(sql, values);
  return async (end = 'ROLLBACK') => {
    await client.query(end);
    await client.end();
  };
}

async function run<Row extends object>(url: string, sql: string, values: unknown[] = []): Promise<Row[]> {
  const client = new Client(url);
  await client.connect();
  try {
    const { rows } = await client.query<Row>(sql, values);
    return rows;
  } finally {
    await client.end();
  }
}
