import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { CreateSchema1764000000000 } from '../../../src/common/database/migrations/1764000000000-create-schema';
import { runMigrations } from '../../../src/common/database/open-database';
import { databaseOptions } from '../../../src/common/database/options';
import { startApp, type TestApp } from '../../support/app';
import { Client } from '../../support/client';
import { createDatabase, type TestDatabase } from '../../support/database';
import { dump } from '../../support/dump';
import { fillFirstSchema, type OldInstallation } from '../../support/first-schema';
import { until } from '../../support/until';

/** A database with the tables of the first migration, and rows in all of them. */
async function createOldDatabase(): Promise<{ database: TestDatabase; old: OldInstallation }> {
  const database = await createDatabase({ empty: true });
  const migrations = [CreateSchema1764000000000];
  const dataSource = new DataSource({ ...databaseOptions({ url: database.url }), migrations });
  await runMigrations(await dataSource.initialize());
  await dataSource.destroy();
  const old = await fillFirstSchema(database);
  const rows = await dump(database);
  // TypeORM makes a table of its own besides.
  const tables = await database.query<{ name: string }>(
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'typeorm_metadata'`,
  );
  expect(tables.filter(({ name }) => !rows.includes(`${name} (`))).toEqual([]);
  return { database, old };
}

function open(database: TestDatabase): Promise<DataSource> {
  return new DataSource(databaseOptions({ url: database.url })).initialize();
}

async function undoAllButFirst(dataSource: DataSource): Promise<void> {
  const undo = dataSource.migrations.length - 1;
  for (let times = 0; times < undo; times++) await dataSource.undoLastMigration();
}

describe('A database since the first migration', () => {
  let database: TestDatabase;
  let old: OldInstallation;
  let app: TestApp;
  let client: Client;

  beforeAll(async () => {
    ({ database, old } = await createOldDatabase());
    app = await startApp({ DATABASE_URL: database.url, MIGRATE_ON_START: 'true' });
    client = new Client(app.url, old.apiKey);
  });
  afterAll(async () => {
    await app.close();
    await database.drop();
  });
  afterEach(() => app.expectNoDrift());

  it('shows what it has held all the time', async () => {
    const attendees = `/events/${old.eventId}/attendees`;
    const { body: event } = await client.get(`/events/${old.eventId}`).expect(200);
    expect(event).toMatchObject({ name: 'Jubilee', tickets_sold: 2, seats_remaining: 2 });
    expect(event.created_at).toBe('2026-01-01T12:00:00.123Z');
    const { body: list } = await client.get(
      `${attendees}?status=valid,invited,pending_approval,checked_in&q=ada`,
    );
    expect(list.pagination.total).toBe(4);
    const { body: contacts } = await client.get('/contacts?q=ada').expect(200);
    expect(contacts.data).toMatchObject([{ id: old.contactId, first_name: 'Ada' }]);
    expect((await client.get('/contacts').expect(200)).body.pagination.total).toBe(1);
    const { body: history } = await client
      .get(`${attendees}/${old.tickets.checked_in.id}/history`)
      .expect(200);
    expect(history.data).toMatchObject([{ from: 'valid', to: 'checked_in' }]);
    const { body: payment } = await client.get(`/payments/${old.paymentId}`).expect(200);
    expect(payment.attendees).toHaveLength(4);
    const page = await fetch(`${app.url}/t/${old.token}`);
    expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('Jubilee')]);
  });

  it('sends the mail that waited', async () => {
    const folder = join(app.dataDir, 'mail');
    await until(
      async () => (await readdir(folder).catch(() => [])).some((name) => name.endsWith('.eml')),
      'No mail',
    );
    const [name] = (await readdir(folder)).filter((file) => file.endsWith('.eml'));
    expect(await readFile(join(folder, name!), 'utf8')).toContain('To: Ada <ada@example.org>');
  });

  it('answers a request again that was answered before, byte for byte', async () => {
    const { path, body, key, text } = old.answered;
    const again = await client.post(path.replace('/api/v1', ''), body, key).expect(201);
    expect([again.text, again.headers['idempotent-replay']]).toEqual([text, 'true']);
  });

  it('goes on with its tickets and seats', async () => {
    const attendees = `/events/${old.eventId}/attendees`;
    const { valid, pending_approval: pending, checked_in: inside, invited } = old.tickets;
    await client.post(`/events/${old.eventId}/check-ins`, { barcode: valid.barcode }).expect(200);
    await client.patch(`${attendees}/${pending.id}`, { status: 'valid' }).expect(200);
    await client.delete(`${attendees}/${inside.id}`).expect(200);
    const body = { ticket_class_id: old.ticketClassId, contact: { email: 'ada@example.org' } };
    const { body: issued } = await client.post(attendees, { ...body, quantity: 2 }).expect(201);
    expect(issued).toMatchObject({ upgraded_quantity: 1, data: [{ id: invited.id }, {}] });
    const { body: refused } = await client.post(attendees, body).expect(409);
    expect(refused.details).toEqual({ scope: 'ticket_class', requested: 1, remaining: 0 });
  });

  it('erases a person also from the answers that were stored before', async () => {
    await client.delete(`/contacts/${old.contactId}`).expect(200);
    expect(await dump(database)).not.toContain('ada@example.org');
    const { path, body, key } = old.answered;
    await client.post(path.replace('/api/v1', ''), body, key).expect(410);
    expect((await client.get('/contacts').expect(200)).body.pagination.total).toBe(0);
  });
});

describe('Rolling back', () => {
  it('by undoing every migration but the first leaves the rows as they were, also the second time', async () => {
    const { database } = await createOldDatabase();
    const dataSource = await open(database);
    const before = await dump(database);
    for (let times = 0; times < 2; times++) {
      await runMigrations(dataSource);
      await undoAllButFirst(dataSource);
      expect(await dump(database)).toBe(before);
    }
    await dataSource.destroy();
    await database.drop();
  });
});
