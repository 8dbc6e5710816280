import { IdempotencySweeper } from '../../../src/common/idempotency/idempotency.sweeper';
import { startApp, type TestApp } from '../../support/app';
import type { TestOrganization } from '../../support/organization';
import { type Operation, OPERATIONS } from './operations';

let app: TestApp;
let organization: TestOrganization;

beforeAll(async () => {
  app = await startApp();
});
beforeEach(async () => {
  organization = await app.organization();
});
afterAll(() => app.close());

/** Makes the stored answers of the organization that much older. */
async function age(interval: string): Promise<void> {
  await app.database.query(
    `UPDATE idempotency_records SET created_at = created_at - $2::interval, expires_at = expires_at - $2::interval
     WHERE organization_id = $1`,
    [organization.id, interval],
  );
}

describe.each(OPERATIONS)('The stored answer of %s', (_, prepare) => {
  let operation: Operation;

  beforeEach(async () => {
    operation = await prepare(app, organization);
  });

  const post = (body: object = operation.body) => organization.client.post(operation.path, body, 'key');

  it('counts for 24 hours', async () => {
    const first = await post().expect(201);
    await age('23 hours 59 minutes');
    const replay = await post().expect(201);
    expect(replay.text).toBe(first.text);
    expect(replay.headers['idempotent-replay']).toBe('true');
    await post(operation.otherBody).expect(422);
  });

  it('is void afterwards, swept or not: the key is free, for any request', async () => {
    await post().expect(201);
    await age('24 hours 1 second');
    // A contact can be made once only, and the refusal is as good an execution.
    const status = operation.path === '/contacts' ? 409 : 201;
    const second = await post(operation.otherBody).expect(status);
    expect(second.headers['idempotent-replay']).toBeUndefined();

    const replay = await post(operation.otherBody).expect(status);
    expect(replay.text).toBe(second.text);
    expect(replay.headers['idempotent-replay']).toBe('true');
    await post().expect(422);
  });
});

describe('The sweeper', () => {
  const keys = async () => {
    const rows = await app.database.query<{ key: string }>(
      'SELECT key FROM idempotency_records WHERE organization_id = $1 ORDER BY key',
      [organization.id],
    );
    return rows.map(({ key }) => key);
  };

  const create = (key: string) =>
    organization.client.post('/contacts', { email: `${key}@example.org` }, key).expect(201);

  it('deletes what has expired and nothing else', async () => {
    await create('expired');
    await age('25 hours');
    await create('aging');
    await age('23 hours');
    await create('fresh');
    expect(await keys()).toEqual(['aging', 'expired', 'fresh']);

    expect(await app.nest.get(IdempotencySweeper).sweep()).toBeGreaterThan(0);
    expect(await keys()).toEqual(['aging', 'fresh']);
    expect(await app.nest.get(IdempotencySweeper).sweep()).toBe(0);
  });

  it('gets through any number', async () => {
    await create('fresh');
    await app.database.query(
      `INSERT INTO idempotency_records (organization_id, api_key_id, key, fingerprint, status, body, expires_at)
       SELECT $1, 'key_gone', number::text, '', 201, '{}', now() - interval '1 second'
       FROM generate_series(1, 2500) AS number`,
      [organization.id],
    );
    expect(await app.nest.get(IdempotencySweeper).sweep()).toBe(2_500);
    expect(await keys()).toEqual(['fresh']);
  });
});
