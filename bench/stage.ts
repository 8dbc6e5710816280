import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { DataSource } from 'typeorm';
import { acquireEmbeddedPostgres } from '../src/common/database/embedded-postgres';
import { freePort } from '../test/support/free-port';
import { Child } from './child';
import { openDatabase } from './database';
import type { Target } from './load';
import { started, whenDone } from './program';
import type { Scenario } from './scenarios';

const SPREAD_EVENTS = 1_000;
const MANY_SEATS = 5_000_000;

/** An event that tickets are asked for, and its one ticket class. */
export interface Sale {
  eventId: string;
  ticketClassId: string;
}

export interface Server {
  child: Child;
  url: string;
}

/** What all contestants stand on: one PostgreSQL that writes to the disk as in production, and what is sold. */
export interface Stage {
  database: DataSource;
  databaseUrl: string;
  dataDir: string;
  postgresPid: number;
  apiKey: string;
  usher: Server;
  sales: Record<Scenario['event'], readonly Sale[]>;
  /** Starts a program of `dist/` that is configured like Usher itself. */
  start(program: string): Promise<Server>;
  /** Requests that check in as many tickets of the hot event, which are issued for it. */
  checkIns(count: number): Promise<Target[]>;
  /** Requests that read a page of the attendees of the hot event. */
  lists(): Target[];
  /** Numbers that no request has had yet; the first of `count`. */
  takeNumbers(count: number): number;
}

/** It stands until the program is done. `nodeFlags` are for every server that it starts. */
export async function prepareStage(nodeFlags: string[]): Promise<Stage> {
  await mkdir('.data', { recursive: true });
  // Not in the system's directory for temporary files, which may be kept in memory: there fsync costs nothing.
  const dataDir = await mkdtemp(resolve('.data/bench-'));
  whenDone(() => rm(dataDir, { recursive: true, force: true }));
  const postgres = await started(acquireEmbeddedPostgres({ dataDir }), (it) => it.release());
  const database = await openDatabase(postgres.url);
  const apiKey = `usher_${randomBytes(32).toString('base64url')}`;

  const start = async (program: string, more: Record<string, string> = {}): Promise<Server> => {
    const port = String(await freePort());
    const variables = {
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: port,
      DATABASE_URL: postgres.url,
      DATA_DIR: dataDir,
      BOOTSTRAP_API_KEY: apiKey,
      RATE_LIMIT: 'off',
      // A log line per request would cost every contestant the same and flatter the ratios.
      LOG_LEVEL: 'warn',
      ...more,
    };
    const child = Child.startServer(program, variables, nodeFlags);
    const url = `http://127.0.0.1:${port}`;
    await child.untilLive(url);
    return { child, url };
  };

  // Prepares what is sold. Those that are measured answer nothing but what is measured: V8 makes a program faster for what
  // it does, and the floor does nothing else either.
  const organizer = await start('src/main.js', { WORKER: 'off' });
  const usher = await start('src/main.js');
  const sales = {
    hot: await createEvents(organizer.url, apiKey, { count: 1, capacity: MANY_SEATS }),
    spread: await createEvents(organizer.url, apiKey, { count: SPREAD_EVENTS, capacity: MANY_SEATS }),
    sold_out: await createEvents(organizer.url, apiKey, { count: 1, capacity: 1 }),
  };
  await issueLastSeat(organizer.url, apiKey, sales.sold_out[0]!);

  let nextNumber = 1;
  return {
    database,
    databaseUrl: postgres.url,
    dataDir,
    postgresPid: Number.parseInt(await readFile(join(dataDir, 'postgres/postmaster.pid'), 'utf8'), 10),
    apiKey,
    usher,
    sales,
    start,
    checkIns: (count) => issueForCheckIn(organizer.url, apiKey, sales.hot[0]!, count),
    lists: () => [
      { method: 'GET', path: `/api/v1/events/${sales.hot[0]!.eventId}/attendees?page_size=50` },
      {
        method: 'GET',
        path: `/api/v1/events/${sales.hot[0]!.eventId}/attendees?page_size=50&status=checked_in`,
      },
    ],
    takeNumbers(count) {
      nextNumber += count;
      return nextNumber - count;
    },
  };
}

export function createAttendee(
  { eventId, ticketClassId }: Sale,
  quantity: number,
): Target & { body: string } {
  const contact = { email: 'guest{n}@example.org', first_name: 'Ada', last_name: 'Lovelace' };
  return {
    method: 'POST',
    path: `/api/v1/events/${eventId}/attendees`,
    body: JSON.stringify({ ticket_class_id: ticketClassId, contact, quantity }),
  };
}

async function createEvents(
  url: string,
  apiKey: string,
  { count, capacity }: { count: number; capacity: number },
): Promise<Sale[]> {
  const event = {
    name: 'Concert',
    start: { utc: '2030-03-01T18:00:00Z', timezone: 'Europe/Berlin' },
    ticket_price: 25,
    capacity,
  };
  const sales: Sale[] = [];
  while (sales.length < count) {
    const { id } = await call<{ id: string }>(url, apiKey, '/api/v1/events', event);
    const classes = await call<{ data: { id: string }[] }>(
      url,
      apiKey,
      `/api/v1/events/${id}/ticket-classes`,
    );
    sales.push({ eventId: id, ticketClassId: classes.data[0]!.id });
  }
  return sales;
}

async function issueLastSeat(url: string, apiKey: string, sale: Sale): Promise<void> {
  const { path, body } = createAttendee(sale, 1);
  await call(url, apiKey, path, JSON.parse(body.replace('{n}', '0')));
}

async function issueForCheckIn(url: string, apiKey: string, sale: Sale, count: number): Promise<Target[]> {
  const { path, body } = createAttendee(sale, 100);
  const barcodes: string[] = [];
  while (barcodes.length < count) {
    const { data } = await call<{ data: { barcode: string }[] }>(
      url,
      apiKey,
      path,
      JSON.parse(body.replace('{n}', `-of-a-party-${barcodes.length}`)),
    );
    barcodes.push(...data.map(({ barcode }) => barcode));
  }
  return barcodes.slice(0, count).map((barcode) => ({
    method: 'POST',
    path: `/api/v1/events/${sale.eventId}/check-ins`,
    body: JSON.stringify({ barcode }),
  }));
}

async function call<Answer>(url: string, apiKey: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(url + path, {
    method: body ? 'POST' : 'GET',
    headers: { 'X-API-KEY': apiKey, 'Content-Type': 'application/json' },
    body: body ? JSON.stringify(body) : undefined,
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Answer;
}
