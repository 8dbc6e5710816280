import { DataSource } from 'typeorm';
import { Transactions } from '../../../src/common/database/transactions';
import { startApp, type TestApp } from '../../support/app';
import type { Client } from '../../support/client';
import { type TestEvent, type TestOrganization, ticketsFor } from '../../support/organization';
import { SecondConnection } from '../../support/second-connections';

const CONNECTIONS = 4;

/** Writes of every kind; `name` is unique. */
const WRITES: [string, (client: Client, event: TestEvent, name: string) => ReturnType<Client['post']>][] = [
  [
    'create attendee',
    (client, event, name) => client.post(`/events/${event.id}/attendees`, ticketsFor(event), name),
  ],
  ['create contact', (client, _, name) => client.post('/contacts', { email: `${name}@example.org` }, name)],
  ['create event', (client, { start }, name) => client.post('/events', { name, start }, name)],
  ['change an event', (client, event, name) => client.patch(`/events/${event.id}`, { name })],
  [
    'create ticket class',
    (client, event, name) => client.post(`/events/${event.id}/ticket-classes`, { name }, name),
  ],
  [
    'change a ticket class',
    (client, event, name) =>
      client.patch(`/events/${event.id}/ticket-classes/${event.ticketClass.id}`, { description: name }),
  ],
  ['create API key', (client, _, name) => client.post('/api-keys', { name, scopes: ['events:read'] }, name)],
];

/**
 * A transaction that asks the pool for a second connection works until as many of them run as there are connections:
 * then each waits for the others. What a transaction does goes through its own `manager`. Every test looks at that; here
 * are those that do it at once.
 */
describe('With fewer connections than requests', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startApp({ DATABASE_POOL_SIZE: String(CONNECTIONS) });
  });
  afterAll(() => app.close());

  it.each(WRITES)('%s serves everybody', async (_, write) => {
    const organization = await app.organization();
    const event = await organization.event();
    const answers = await Promise.all(
      Array.from({ length: 3 * CONNECTIONS }, (_, index) =>
        write(organization.client, event, `name${index}`),
      ),
    );
    for (const { status } of answers) expect([200, 201]).toContain(status);
  });

  it.each(['all', 'good'])(
    'imports that come at once leave the others their connections (mode=%s)',
    async (mode) => {
      const organization = await app.organization();
      const event = await organization.event();
      const path = `/events/${event.id}/attendees/import?mode=${mode}&ticket_class_id=${event.ticketClass.id}`;
      const imports = Array.from({ length: 2 * CONNECTIONS }, (_, index) =>
        organization.client.upload(path, `email\nguest${index}@example.org\n`),
      );
      const others = WRITES.map(([, write], index) => write(organization.client, event, `other${index}`));
      const [imported, written] = await Promise.all([Promise.all(imports), Promise.all(others)]);
      for (const { status } of written) expect([200, 201]).toContain(status);
      for (const { status, body, headers } of imported) {
        if (status === 200) continue;
        expect([status, body.code, headers['retry-after']]).toEqual([503, 'overloaded', '1']);
      }
      const done = imported.filter(({ status }) => status === 200);
      expect(done.length).toBeGreaterThan(0);
      expect(await organization.attendees(event)).toHaveLength(done.length + 1);
    },
  );
});

/** Each waits for two seconds at most, but nobody waits in line for so long that all of these have had their turn. */
describe('While many writes wait for what somebody holds', () => {
  const MANY = 4 * CONNECTIONS;
  let app: TestApp;
  let organization: TestOrganization;

  beforeEach(async () => {
    app = await startApp({ DATABASE_POOL_SIZE: String(CONNECTIONS) });
    organization = await app.organization();
  });
  afterEach(() => app.close());

  const holdEvent = (event: TestEvent) =>
    app.database.hold('SELECT FROM events WHERE id = $1 FOR UPDATE', [event.id]);

  const statusesOf = (requests: ReturnType<Client['post']>[]) =>
    Promise.all(requests.map((request) => request.then(({ status }) => status)));

  async function expectServed({ client }: TestOrganization): Promise<void> {
    await client.get('/contacts').expect(200);
    await client.post('/contacts', { email: 'grace@example.org' }).expect(201);
  }

  it('those to an event leave the others their connections, and go on when it is let go', async () => {
    const [held, other] = [await organization.event(), await organization.event()];
    const tickets = (await organization.issue(held, { quantity: MANY })).data;
    const letGo = await holdEvent(held);
    const waiting = statusesOf(tickets.map(({ id }) => organization.deleteAttendee(held, id)));
    await app.database.untilBlocked();

    await organization.client.patch(`/events/${other.id}`, { name: 'Renamed' }).expect(200);
    await expectServed(organization);
    expect((await fetch(`${app.url}/health/ready`)).status).toBe(200);

    await letGo();
    const deleted = (await waiting).filter((status) => status === 200);
    expect(deleted.length).toBeGreaterThan(0);
    expect(await organization.attendees(held)).toHaveLength(MANY - deleted.length);
  });

  it('check-ins go on', async () => {
    const held = await organization.event();
    const [guest, ...others] = (await organization.issue(held, { quantity: MANY })).data;
    const letGo = await holdEvent(held);
    const waiting = statusesOf(others.map(({ id }) => organization.deleteAttendee(held, id)));
    await app.database.untilBlocked();

    await organization.scan(held, { barcode: guest!.barcode, nonce: 'free' }).expect(200);

    await letGo();
    await waiting;
  });

  it('check-ins of a ticket leave the others their connections', async () => {
    const event = await organization.event();
    const [held, other] = (await organization.issue(event, { quantity: 2 })).data;
    const letGo = await app.database.hold('SELECT FROM attendees WHERE id = $1 FOR UPDATE', [held!.id]);
    const waiting = statusesOf(
      Array.from({ length: MANY }, () => organization.scan(event, { barcode: held!.barcode })),
    );
    await app.database.untilBlocked();

    await expectServed(organization);
    await organization.deleteAttendee(event, other!.id).expect(200);

    await letGo();
    await waiting;
  });

  it('other organizations do not wait, though several events are held', async () => {
    const events = await Promise.all(Array.from({ length: CONNECTIONS }, () => organization.event()));
    const letGo = await app.database.hold('SELECT FROM events WHERE organization_id = $1 FOR UPDATE', [
      organization.id,
    ]);
    const waiting = statusesOf(
      Array.from({ length: MANY }, (_, index) => {
        const { id } = events[index % CONNECTIONS]!;
        return organization.client.patch(`/events/${id}`, { name: `Renamed ${index}` });
      }),
    );
    await expectStrangersServed();
    await letGo();
    await waiting;
  });

  it('other organizations do not wait for its contacts', async () => {
    const { id } = await organization.contact();
    const letGo = await app.database.hold('SELECT FROM contacts WHERE id = $1 FOR UPDATE', [id]);
    const waiting = statusesOf(
      Array.from({ length: MANY }, (_, index) =>
        organization.client.patch(`/contacts/${id}`, { first_name: `Ada ${index}` }),
      ),
    );
    await expectStrangersServed();
    await letGo();
    await waiting;
  });

  async function expectStrangersServed(): Promise<void> {
    const stranger = await app.organization();
    await app.database.untilBlocked(CONNECTIONS / 2);
    await expectServed(stranger);
    const event = await stranger.event();
    const { barcode } = await stranger.issueOne(event);
    await stranger.scan(event, { barcode }).expect(200);
  }
});

describe('A transaction in a test', () => {
  it.each([
    ['is fine when it reads through its manager', false],
    ['fails the suite when it reads through the pool', true],
  ])('%s', async (_, refused) => {
    const app = await startApp();
    const pool = app.nest.get(DataSource).manager;
    await app.nest.get(Transactions).run((manager) => (refused ? pool : manager).query('SELECT 1'));
    const closed = app.close().then(
      () => false,
      (error: unknown) => error instanceof SecondConnection,
    );
    expect(await closed).toBe(refused);
  });
});
