import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ORGANIZATION_SCOPES } from '../../src/common/auth/scopes';
import { createDatabase, type TestDatabase } from '../support/database';
import { Client } from '../support/client';
import { runToEnd, startProcess, type UsherProcess } from '../support/process';
import { freePort } from '../support/free-port';

jest.setTimeout(120_000);

describe('A start with a database given', () => {
  let dataDir: string;
  let database: TestDatabase;
  const processes: UsherProcess[] = [];

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'usher-start-'));
    database = await createDatabase({ empty: true });
  });
  afterEach(async () => {
    await Promise.all(processes.splice(0).map(({ stop }) => stop('SIGKILL')));
    await database.drop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('migrates and seeds once, although two processes begin at the same instant', async () => {
    const variables = { DATABASE_URL: database.url, DATA_DIR: dataDir };
    const started = await Promise.all([start(variables), start(variables)]);

    const keys = started.map(({ output }) => /API key +(\S+)/.exec(output())?.[1]);
    expect(keys[0]).toBeDefined();
    expect(keys[1]).toBe(keys[0]);
    for (const { url } of started) await new Client(url, keys[0]).get('/me').expect(200);
    expect(await count('organizations')).toBe(1);
    expect(await count('events')).toBe(1);
    expect(await readdir(dataDir)).toEqual(['demo.env']);
    expect(await Promise.all(started.map(({ stop }) => stop()))).toEqual([0, 0]);
  });

  it('makes nothing but the bootstrap key in production, and prints nothing for newcomers', async () => {
    const apiKey = 'a-bootstrap-key-of-at-least-32-characters';
    const variables = {
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      DATABASE_URL: database.url,
      DATA_DIR: dataDir,
    };
    const bare = await start(variables);
    expect(await count('organizations')).toBe(0);

    const seeded = await start({ ...variables, BOOTSTRAP_API_KEY: apiKey });
    const { body } = await new Client(seeded.url, apiKey).get('/me').expect(200);
    expect(body.api_key.scopes).toEqual(ORGANIZATION_SCOPES);
    expect(bare.output() + seeded.output()).not.toMatch(/Usher is ready|API key|a-bootstrap-key/);
    expect(await count('organizations')).toBe(1);
    expect(await count('api_keys')).toBe(1);
    expect(await count('events')).toBe(0);
    expect(await readdir(dataDir)).toEqual([]);
  });

  it.each(['production', 'development'])(
    'names the migrations when they must run first, in %s',
    async (NODE_ENV) => {
      const variables = { NODE_ENV, DATABASE_URL: database.url, DATA_DIR: dataDir, LOG_LEVEL: 'silent' };
      expect(await runToEnd('main', [], { ...variables, MIGRATE_ON_START: 'false' })).toEqual({
        code: 1,
        stdout: '',
        stderr:
          'Usher cannot start: the database has no tables: run the migrations, or leave MIGRATE_ON_START on\n',
      });
    },
  );

  async function start(variables: Record<string, string>): Promise<UsherProcess> {
    const started = await startProcess(variables);
    processes.push(started);
    return started;
  }

  async function count(table: string): Promise<number> {
    const [row] = await database.query<{ count: number }>(`SELECT count(*)::int FROM ${table}`);
    return row!.count;
  }
});

describe('A start that cannot be', () => {
  it('says everything that is wrong with the environment, and no secret', async () => {
    const problems = [
      '  - PORT must be a whole number from 0 to 65535',
      '  - SMTP_URL must be a URL that begins with `smtp://` or `smtps://` and names a host',
      '  - BOOTSTRAP_API_KEY must be at least 32 characters long, of A to Z, a to z, 0 to 9 and `+/=._-`',
      '  - DATABASE_URL is required when NODE_ENV is production',
    ];
    const variables = {
      NODE_ENV: 'production',
      PORT: 'http',
      SMTP_URL: 'me:s3cret',
      BOOTSTRAP_API_KEY: 's3cret',
    };
    const expected = {
      code: 1,
      stdout: '',
      stderr: ['The environment is not valid:', ...problems, ''].join('\n'),
    };
    expect(await runToEnd('main', [], variables)).toEqual(expected);
    expect(await runToEnd('worker', [], variables)).toEqual(expected);
    expect(await runToEnd('cli', ['reconcile'], variables)).toEqual(expected);
  });

  it('because the database is away is one sentence, after some patience', async () => {
    const port = await freePort();
    const DATABASE_URL = `postgres://usher:s3cret@127.0.0.1:${port}/usher`;
    expect(await runToEnd('main', [], { DATABASE_URL })).toEqual({
      code: 1,
      stdout: '',
      stderr: `Usher cannot start: the database does not answer: connect ECONNREFUSED 127.0.0.1:${port}\n`,
    });
  });

  it('because the database refuses us is one sentence, at once', async () => {
    const url = new URL(process.env.TEST_POSTGRES_URL!);
    url.pathname = '/there-is-no-such-database';
    expect(await runToEnd('main', [], { DATABASE_URL: url.href })).toEqual({
      code: 1,
      stdout: '',
      stderr: 'Usher cannot start: database "there-is-no-such-database" does not exist\n',
    });
  });
});
