import { startApp, type TestApp } from '../../support/app';
import type { TestOrganization } from '../../support/organization';
import { jumpAhead } from '../../support/time';
import { type Operation, OPERATIONS } from './operations';

describe.each(OPERATIONS)('Idempotency-Key on %s', (_, prepare) => {
  let app: TestApp;
  let organization: TestOrganization;
  let operation: Operation;

  beforeAll(async () => {
    app = await startApp();
  });
  beforeEach(async () => {
    organization = await app.organization();
    operation = await prepare(app, organization);
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => app.close());

  const post = (body: object = operation.body) => organization.client.post(operation.path, body, 'key');

  const postText = (type: string, text: string) =>
    organization.client.post(operation.path, undefined, 'key').set('Content-Type', type).send(text);

  /** The first answer is not kept: the same request with the same key executes afterwards. */
  async function expectExecutes(): Promise<void> {
    const before = await operation.executions();
    const { headers } = await post().expect(201);
    expect(headers['idempotent-replay']).toBeUndefined();
    expect(await operation.executions()).toBe(before + 1);
  }

  /** Changes the API key of the organization and lets what the app remembers of it grow old. */
  async function changeKey(assignment: string): Promise<void> {
    await app.database.query(`UPDATE api_keys SET ${assignment} WHERE organization_id = $1`, [
      organization.id,
    ]);
    jumpAhead(4);
  }

  it('does not store a 400 for a bad field', async () => {
    await post(operation.invalid).expect(400);
    await expectExecutes();
  });

  it('does not store a 400 for malformed JSON', async () => {
    await postText('application/json', '{"a":').expect(400);
    await expectExecutes();
  });

  it('does not store a 401', async () => {
    await post().set('X-API-KEY', 'unknown').expect(401);
    await expectExecutes();
  });

  it('does not store a 403', async () => {
    await changeKey(`scopes = '{payments:read}'`);
    await post().expect(403);
    await changeKey(`scopes = '{events:write,contacts:write,attendees:write}'`);
    await expectExecutes();
  });

  it('does not store a 413', async () => {
    await post({ ...operation.body, first_name: 'x'.repeat(300_000) }).expect(413);
    await expectExecutes();
  });

  it('does not store a 415', async () => {
    await postText('text/plain', JSON.stringify(operation.body)).expect(415);
    await expectExecutes();
  });

  it('does not store a 500', async () => {
    await app.database.query('ALTER TABLE ticket_classes RENAME TO mislaid');
    await app.database.query('ALTER TABLE contacts RENAME TO mislaid_too');
    try {
      await post().expect(500);
    } finally {
      await app.database.query('ALTER TABLE mislaid RENAME TO ticket_classes');
      await app.database.query('ALTER TABLE mislaid_too RENAME TO contacts');
    }
    await expectExecutes();
  });

  it('does not store a 503 for a lock that is held too long', async () => {
    const letGo = await operation.holdUp();
    const { headers } = await post().expect(503);
    expect(headers['retry-after']).toBe('1');
    await letGo();
    await expectExecutes();
  });

  it('checks the API key and its scopes before it replays', async () => {
    await post().expect(201);
    await changeKey(`scopes = '{payments:read}'`);
    const { body, headers } = await post().expect(403);
    expect(body.code).toBe('insufficient_scope');
    expect(headers['idempotent-replay']).toBeUndefined();
    await changeKey('revoked_at = now()');
    await post().expect(401);
  });
});
