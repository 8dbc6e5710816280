import { DataSource } from 'typeorm';
import { databaseOptions } from '../src/common/database/options';
import { freePort } from '../test/support/free-port';
import { Child } from './child';
import { openDatabase } from './database';
import { seed, type SeedTarget } from './seed';

const API_KEY = 'usher_the-key-of-databases-for-measuring';
const EVENT = 'Everybody';

export interface Answer {
  status: number;
  body: unknown;
  milliseconds: number;
}

/** Usher over a database of its own, with one organization that knows so many people and one event with as many tickets. */
export class Installation {
  private constructor(
    readonly database: DataSource,
    private readonly variables: Record<string, string>,
    readonly people: number,
    readonly target: SeedTarget,
    private server: Child,
    private url: string,
  ) {}

  /** Seeds the database, unless that was done before. `postgres` is the URL of any database of the server. */
  static async open(postgres: string, dataDir: string, people: number): Promise<Installation> {
    const url = await findDatabase(postgres, `people_${people}`);
    const variables = { DATABASE_URL: url, DATA_DIR: dataDir };
    const { child, url: address } = await startUsher(variables);
    const database = await openDatabase(url);
    const target = (await findTarget(database)) ?? (await makeTarget(database, address, people));
    return new Installation(database, variables, people, target, child, address);
  }

  /** Starts the process anew, with options for each of its connections to PostgreSQL. Returns how many seconds that took. */
  async restart(connectionOptions = ''): Promise<number> {
    await this.server.end();
    const began = performance.now();
    const url = new URL(this.variables.DATABASE_URL!);
    if (connectionOptions) url.searchParams.set('options', connectionOptions);
    const { child, url: address } = await startUsher({ ...this.variables, DATABASE_URL: url.href });
    Object.assign(this, { server: child, url: address });
    return (performance.now() - began) / 1_000;
  }

  async send(method: 'GET' | 'POST', path: string, body?: object): Promise<Answer> {
    const began = performance.now();
    const response = await this.fetch(path, request(method, body));
    const text = await response.text();
    return { status: response.status, milliseconds: performance.now() - began, body: JSON.parse(text) };
  }

  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.url}/api/v1${path}`, {
      ...init,
      headers: { 'X-API-KEY': API_KEY, ...init.headers },
    });
  }
}

function request(method: 'GET' | 'POST', body?: object): RequestInit {
  const headers = { 'X-API-KEY': API_KEY, 'Content-Type': 'application/json' };
  return { method, headers, body: body && JSON.stringify(body) };
}

async function startUsher(variables: Record<string, string>): Promise<{ child: Child; url: string }> {
  const port = String(await freePort());
  const child = Child.startServer('src/main.js', {
    NODE_ENV: 'production',
    HOST: '127.0.0.1',
    PORT: port,
    BOOTSTRAP_API_KEY: API_KEY,
    RATE_LIMIT: 'off',
    LOG_LEVEL: 'warn',
    ...variables,
  });
  const url = `http://127.0.0.1:${port}`;
  await child.untilLive(url);
  return { child, url };
}

async function findDatabase(postgres: string, name: string): Promise<string> {
  const server = await new DataSource(databaseOptions({ url: postgres })).initialize();
  const known = await server.query<unknown[]>('SELECT FROM pg_database WHERE datname = $1', [name]);
  if (known.length === 0) await server.query(`CREATE DATABASE ${name}`);
  await server.destroy();
  const url = new URL(postgres);
  url.pathname = name;
  return url.href;
}

async function findTarget(database: DataSource): Promise<SeedTarget | undefined> {
  const [row] = await database.query<SeedTarget[]>(
    `SELECT e.organization_id AS "organizationId", e.id AS "eventId", array_agg(c.id ORDER BY c.id) AS "ticketClassIds"
     FROM events e JOIN ticket_classes c ON (c.organization_id, c.event_id) = (e.organization_id, e.id)
     WHERE e.name = $1 AND e.tickets_sold > 0 GROUP BY e.organization_id, e.id`,
    [EVENT],
  );
  return row;
}

async function makeTarget(database: DataSource, url: string, people: number): Promise<SeedTarget> {
  const create = async (path: string, body: object) => {
    const response = await fetch(`${url}/api/v1${path}`, request('POST', body));
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as { id: string };
  };
  const start = { utc: new Date(Date.now() - 7 * 3_600_000).toISOString(), timezone: 'UTC' };
  const { id } = await create('/events', { name: EVENT, start });
  await create(`/events/${id}/ticket-classes`, { name: 'Balcony', cost: 10 });
  const [row] = await database.query<SeedTarget[]>(
    `SELECT organization_id AS "organizationId", event_id AS "eventId", array_agg(id ORDER BY id) AS "ticketClassIds"
     FROM ticket_classes WHERE event_id = $1 GROUP BY organization_id, event_id`,
    [id],
  );
  await seed(database, row!, people);
  return row!;
}
