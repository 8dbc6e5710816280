import type { Response } from 'supertest';
import { startApp, type TestApp } from '../../support/app';
import type { TestOrganization } from '../../support/organization';
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
    before = await operation.executions();
  });
  afterAll(() => app.close());

  let before: number;

  const post = (body: object = operation.body, path: string = operation.path) =>
    organization.client.post(path, body, 'key');

  async function expectExecutions(count: number): Promise<void> {
    expect((await operation.executions()) - before).toBe(count);
  }

  function expectReplay(replay: Response, first: Response): void {
    expect(replay.status).toBe(first.status);
    expect(replay.text).toBe(first.text);
    expect(replay.headers['content-type']).toBe(first.headers['content-type']);
    expect(replay.headers['idempotent-replay']).toBe('true');
    expect(first.headers['idempotent-replay']).toBeUndefined();
  }

  it('replays the first answer byte for byte, and nothing executes again', async () => {
    const first = await post().expect(201);
    for (let index = 0; index < 3; index++) {
      const replay = await post();
      expectReplay(replay, first);
      expect(replay.headers['x-request-id']).not.toBe(first.headers['x-request-id']);
    }
    await expectExecutions(1);
  });

  it('queues no mail again', async () => {
    const messages = () =>
      app.database.query('SELECT id FROM outbox_messages WHERE organization_id = $1', [organization.id]);
    await post().expect(201);
    const queued = await messages();
    await post().expect(201);
    expect(await messages()).toEqual(queued);
  });

  it('takes the same JSON in another order and spacing for the same request', async () => {
    const first = await post().expect(201);
    const reversed = Object.fromEntries(Object.entries(operation.body).reverse());
    const replay = await organization.client
      .post(operation.path, undefined, 'key')
      .set('Content-Type', 'application/json; charset=utf-8')
      .send(` ${JSON.stringify(reversed, null, '\t')}\n`);
    expectReplay(replay, first);
  });

  it('takes the same query in another order for the same request', async () => {
    const first = await post(operation.body, `${operation.path}?a=1&b=2`).expect(201);
    expectReplay(await post(operation.body, `${operation.path}?b=2&a=1`), first);
  });

  it('refuses another request with the same key: its body, query or path differs', async () => {
    const query = '?a=1?b=2';
    await post(operation.body, operation.path + query).expect(201);
    const event = await organization.event();
    const others: [object, string][] = [
      [operation.otherBody, operation.path + query],
      [operation.body, operation.path],
      [operation.body, `${operation.path}?a=1`],
      [operation.body, `${operation.path}?a=1?b=3`],
      [operation.body, `${operation.path}${query}&a=1`],
      [{ email: 'bob@example.org' }, '/contacts'],
      [{ name: 'Balcony' }, `/events/${event.id}/ticket-classes`],
    ];
    const executions = await operation.executions();
    for (const [body, path] of others) {
      const { body: answer, headers } = await post(body, path).expect(422);
      expect(answer).toEqual({
        error: 'This Idempotency-Key was already used with a different request',
        code: 'idempotency_key_reused',
        request_id: expect.any(String),
      });
      expect(headers['idempotent-replay']).toBeUndefined();
    }
    expect(await operation.executions()).toBe(executions);
  });

  it('still replays after another request was refused', async () => {
    const first = await post().expect(201);
    await post(operation.otherBody).expect(422);
    expectReplay(await post(), first);
  });

  it('executes each time when no key comes', async () => {
    await organization.client.post(operation.path, operation.body).expect(201);
    const second = await organization.client.post(operation.path, operation.body);
    // A contact can be made once only; that it was tried again shows in the refusal.
    expect(second.status).toBe(operation.path === '/contacts' ? 409 : 201);
    expect(second.headers['idempotent-replay']).toBeUndefined();
    expect(
      await app.database.query('SELECT key FROM idempotency_records WHERE organization_id = $1', [
        organization.id,
      ]),
    ).toEqual([]);
  });
});
