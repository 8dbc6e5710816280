import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { giveUp, inOrder, openConfiguredDatabase } from '../src/bootstrap';
import { loadEnvironment } from '../src/common/config/environment';

describe('The parts of a process', () => {
  let stopped: string[];

  beforeEach(() => (stopped = []));

  const part = (name: string, failure?: Error) => ({
    close() {
      stopped.push(name);
      return failure ? Promise.reject(failure) : Promise.resolve();
    },
  });

  it('are all stopped in order, even if one fails, and the failure is told', async () => {
    const parts = [part('server'), part('app', new Error('The app does not stop')), part('database')];

    await expect(inOrder(...parts).close()).rejects.toThrow('The app does not stop');
    expect(stopped).toEqual(['server', 'app', 'database']);
  });

  it('are all given up when the process cannot start, and a failure of that is not what is told', async () => {
    await giveUp(part('app', new Error('The app does not stop')), undefined, part('database'));
    expect(stopped).toEqual(['app', 'database']);
  });
});

it('The embedded database has room for the pool of a process, and for others', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'usher-bootstrap-'));
  const environment = loadEnvironment({ DATA_DIR: dataDir, DATABASE_POOL_SIZE: '300' });
  const database = await openConfiguredDatabase(environment);
  const client = new Client(database.environment.databaseUrl);
  await client.connect();
  const { rows } = await client.query<{ max_connections: string }>('SHOW max_connections');
  expect(Number(rows[0]!.max_connections)).toBeGreaterThan(350);
  await client.end();
  await database.close();
  await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
});
