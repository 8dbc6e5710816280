import { Client } from 'pg';
import { type DebianPostgres, startDebianPostgres } from '../support/debian-postgres';
import { type PgBouncer, startPgBouncer } from '../support/pgbouncer';
import { Workshop } from '../support/workshop';

jest.setTimeout(300_000);

const PATHS = [
  'attendees/create',
  'attendees/check-in',
  'attendees/import',
  'cli/import',
  'common/idempotency',
  'webhooks/deliver',
];

/** What docs/scaling.md says of poolers, for the paths that use most of what such a pooler breaks. */
describe('Behind a PgBouncer that gives each transaction another connection', () => {
  let server: DebianPostgres;
  let pooler: PgBouncer;
  let workshop: Workshop;
  let variables: Record<string, string>;

  beforeAll(async () => {
    server = await startDebianPostgres();
    pooler = await startPgBouncer(new URL(server.url));
    workshop = await Workshop.create();
    variables = { TEST_DATABASE_URL: `${server.url}/postgres`, TEST_POOLER_PORT: String(pooler.port) };
    await workshop.run('npm run build');
  });
  afterAll(async () => {
    await workshop.remove();
    await pooler.stop();
    await server.stop();
  });

  it('tickets are created, imported and let in, answers are replayed, and webhooks and commands do their work', async () => {
    expect(await workshop.run(`npx jest ${PATHS.join(' ')}`, variables)).toMatch(
      /Tests: +\d+ passed, \d+ total/,
    );
  });

  it('sessions are not what clients take them for, so that would have been noticed', async () => {
    const url = `${server.url.replace(/:\d+$/, `:${pooler.port}`)}/postgres`;
    const clients = [new Client(url), new Client(url)] as const;
    await Promise.all(clients.map((client) => client.connect()));
    const [first, second] = clients;
    await first.query({ name: 'one', text: 'SELECT 1' });
    await expect(second.query({ name: 'one', text: 'SELECT 1' })).rejects.toThrow(/already exists/);
    await Promise.all(clients.map((client) => client.end()));
  });
});
