import { randomBytes } from 'node:crypto';
import { delimiter } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { Client } from '../support/client';
import { urlOf } from '../support/database';
import { type DebianPostgres, startDebianPostgres } from '../support/debian-postgres';
import { freePort } from '../support/free-port';
import { type MailServer, startMailServer } from '../support/mail-server';
import { blocksOf } from '../support/markdown';
import { isLive } from '../support/node-process';
import { createEvent, ticketsFor } from '../support/organization';
import { startRedis, type TestRedis } from '../support/redis';
import { until } from '../support/until';
import { type Started, Workshop } from '../support/workshop';

const linesOf = (text: string): string[] =>
  text
    .replace(/ *#.*$/gm, '')
    .trim()
    .split('\n');

jest.setTimeout(300_000);

/** What README says under "Run it for real" and docs/operations.md says, on a server of a distribution. */
describe('An operator', () => {
  let server: DebianPostgres;
  let redis: TestRedis;
  let mail: MailServer;
  let workshop: Workshop;
  let variables: Record<string, string>;
  let client: Client;

  const [build, startApi, startWorker, help] = linesOf(blocksOf('README.md', 'sh')[2]!.text);
  const [backUp, restore, revert] = blocksOf('docs/operations.md', 'sh').map(({ text }) => text);

  beforeAll(async () => {
    server = await startDebianPostgres();
    redis = await startRedis();
    mail = await startMailServer();
    workshop = await Workshop.create();
    const port = String(await freePort());
    const apiKey = randomBytes(24).toString('hex');
    client = new Client(`http://127.0.0.1:${port}`, apiKey);
    variables = {
      PATH: [server.programs, process.env.PATH].join(delimiter),
      PORT: port,
      SERVER_URL: server.url,
      DATABASE_URL: urlOf(server.url, 'usher').replace('postgres@', 'usher@'),
      REDIS_URL: redis.url,
      SMTP_URL: mail.url,
      BOOTSTRAP_API_KEY: apiKey,
    };
  });
  afterAll(async () => {
    await workshop.remove();
    await mail.close();
    await redis.close();
    await server.stop();
  });

  const run = (command: string, more: Record<string, string> = {}): Promise<string> =>
    workshop.run(command, { ...variables, ...more });

  const sql = (statement: string, database = 'postgres'): Promise<string> =>
    run(`psql --no-psqlrc --tuples-only --no-align --command "${statement}" "$SERVER_URL/${database}"`);

  it('builds', () => run(build!));

  it('makes a role and a database for it, whose rights are what the page says', async () => {
    await sql('CREATE ROLE usher LOGIN');
    await sql('CREATE DATABASE usher');
    await sql('GRANT CREATE ON SCHEMA public TO usher', 'usher');
    await expect(run('npm run typeorm -- migration:run')).rejects.toThrow(
      'permission denied to create extension "pg_trgm"',
    );
    await sql('GRANT CREATE ON DATABASE usher TO usher');
    await sql('ALTER ROLE usher SET max_parallel_workers_per_gather = 0');
    await run('npm run build && npm run typeorm -- migration:run');
  });

  it('has the extensions made by somebody else, where the role may not', async () => {
    await sql('CREATE DATABASE prepared');
    await sql('GRANT CREATE ON SCHEMA public TO usher', 'prepared');
    await sql('CREATE EXTENSION pg_trgm; CREATE EXTENSION btree_gin;', 'prepared');
    const DATABASE_URL = urlOf(variables.DATABASE_URL!, 'prepared');
    await run('npm run typeorm -- migration:run', { DATABASE_URL });
    await sql('DROP DATABASE prepared');
  });

  it('migrates with the command of the Kubernetes job', async () => {
    const manifests = blocksOf('docs/kubernetes.md', 'yaml').flatMap(({ text }) => parseAllDocuments(text));
    const job = manifests.find((manifest) => manifest.get('kind') === 'Job')!;
    const command = job.getIn(['spec', 'template', 'spec', 'containers', 0, 'command']) as {
      toJSON(): string[];
    };
    expect(await run(command.toJSON().join(' '))).toContain('No migrations are pending');
  });

  describe('with an API and a worker', () => {
    let api: Started;
    let worker: Started;

    beforeAll(async () => {
      const url = `http://127.0.0.1:${variables.PORT}`;
      api = await workshop.start(startApi!, { ...variables, WORKER: 'off' }, () => isLive(url));
      worker = await workshop.start(startWorker!, variables, (output) =>
        output.includes('The worker is ready'),
      );
    });
    afterAll(async () => {
      for (const started of [api, worker]) {
        await started.interrupt();
        expect(started.output()).not.toContain('did not stop cleanly');
      }
    });

    it('finds nothing made but the organization of its key', async () => {
      expect(await sql('SELECT name FROM organizations', 'usher')).toBe('Default organization\n');
      expect(api.output() + worker.output()).not.toContain('Usher is ready');
    });

    it('sells, and the worker mails', async () => {
      const event = await createEvent(client);
      const order = ticketsFor(event, { quantity: 3, send_email: true });
      await client.post(`/events/${event.id}/attendees`, order).expect(201);
      await until(() => mail.mails.length > 0, 'No mail came');
    });

    it('sends mail again that was given up', async () => {
      const event = await createEvent(client);
      mail.refuseWith(550);
      await client.post(`/events/${event.id}/attendees`, ticketsFor(event, { send_email: true })).expect(201);
      const failed = () => run('npm run --silent cli -- mail list-failed');
      await until(async () => (await failed()).includes('550'), 'No mail was given up');
      mail.refuseWith(undefined);
      const { id } = JSON.parse(await failed()) as { id: string };
      const before = mail.mails.length;
      expect(await run(`npm run --silent cli -- mail resend ${id}`)).toContain(`queued: ${id}`);
      await until(() => mail.mails.length > before, 'It was not sent again');
    });

    it('makes keys', async () => {
      const { body } = await client.get('/me').expect(200);
      for (const scopes of ['admin:queues', 'all']) {
        const organization = `--organization ${body.organization.id} --name Console`;
        const made = await run(
          `npm run --silent cli -- api-keys create ${organization} --scopes ${scopes} --json`,
        );
        expect(JSON.parse(made)).toMatchObject({ api_key: expect.any(String) });
      }
    });

    it('asks the command line tool what it can', async () => {
      expect(await run(help!)).toContain('reconcile');
    });
  });

  it('backs up and restores, and every seat is still counted', async () => {
    const count = 'SELECT count(*) FROM attendees';
    const before = await sql(count, 'usher');
    expect(Number(before)).toBe(4);
    await run(backUp!);
    expect(await run(restore!)).toContain('Every seat counter agrees with the tickets.');
    expect(await sql(count, 'usher_restored')).toBe(before);
  });

  it('sees which migrations have run, and takes back the last', async () => {
    const DATABASE_URL = urlOf(server.url, 'usher_restored');
    const show = () => run('npm run typeorm -- migration:show', { DATABASE_URL });
    const all = (await show()).match(/\[X\]/g)!.length;
    expect(await run(revert!, { DATABASE_URL })).toContain('has been reverted successfully');
    const left = await show();
    expect([left.match(/\[X\]/g)!.length, left.match(/\[ \]/g)!.length]).toEqual([all - 1, 1]);
    expect(await run('npm run typeorm -- migration:run', { DATABASE_URL })).toContain(
      'has been executed successfully',
    );
  });
});
