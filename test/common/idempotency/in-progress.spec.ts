import type { Response } from 'supertest';
import { startApp, type TestApp } from '../../support/app';
import { Client } from '../../support/client';
import type { TestOrganization } from '../../support/organization';
import { type Operation, OPERATIONS } from './operations';

describe.each(OPERATIONS)('Idempotency-Key on %s whose twin is still running', (_, prepare) => {
  let app: TestApp;
  /** Another process in all that counts here: it shares nothing with the first but the database. */
  let secondApp: TestApp;
  let organization: TestOrganization;
  let operation: Operation;
  let elsewhere: Client;

  beforeAll(async () => {
    app = await startApp();
    secondApp = await startApp({ DATABASE_URL: app.database.url });
  });
  beforeEach(async () => {
    organization = await app.organization();
    operation = await prepare(app, organization);
    elsewhere = new Client(secondApp.url, organization.client.apiKey);
  });
  afterAll(async () => {
    await secondApp.close();
    await app.close();
  });

  const post = (client: Client, key = 'key', body: object = operation.body) =>
    client.post(operation.path, body, key);

  function expectInProgress({ status, body, headers }: Response): void {
    expect(status).toBe(409);
    expect(body).toEqual({
      error: 'idempotent_request_in_progress',
      code: 'idempotent_request_in_progress',
      request_id: expect.any(String),
    });
    expect(headers['retry-after']).toBe('1');
    expect(headers['idempotent-replay']).toBeUndefined();
  }

  it('answers 409 at once, in this process and in another, and later replays', async () => {
    const before = await operation.executions();
    const letGo = await operation.holdUp();
    const running = post(organization.client).then((response) => response);
    await app.database.untilBlocked();

    // The first cannot end before the lock is let go, so these answers did not wait for it.
    expectInProgress(await post(organization.client));
    expectInProgress(await post(organization.client, 'key', operation.otherBody));
    expectInProgress(await post(elsewhere));
    expectInProgress(await post(elsewhere, 'key', operation.otherBody));

    await letGo();
    const first = await running;
    expect(first.status).toBe(201);
    for (const client of [organization.client, elsewhere]) {
      const replay = await post(client).expect(201);
      expect(replay.text).toBe(first.text);
      expect(replay.headers['idempotent-replay']).toBe('true');
    }
    expect(await operation.executions()).toBe(before + 1);
  });

  it('executes once when many come at once to two processes', async () => {
    const before = await operation.executions();
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, index) => post(index % 2 ? organization.client : elsewhere)),
    );
    const executed = answers.filter(({ status, headers }) => status === 201 && !headers['idempotent-replay']);
    expect(executed).toHaveLength(1);
    for (const answer of answers) {
      if (answer.status === 201) expect(answer.text).toBe(executed[0]!.text);
      else expectInProgress(answer);
    }
    expect(await operation.executions()).toBe(before + 1);
  });

  it('does not hold up other keys, nor the same key of another API key', async () => {
    const other = await app.organization();
    const otherOperation = await prepare(app, other);
    const letGo = await operation.holdUp();
    const running = [post(organization.client), post(organization.client, 'another key')].map((request) =>
      request.then(({ status }) => status),
    );
    const others = other.client
      .post(otherOperation.path, otherOperation.body, 'key')
      .then(({ status }) => status);
    await app.database.untilBlocked();
    await letGo();
    // One contact can be made once only: the other key is decided too, and refused by what the operation says.
    const statuses = [201, operation.path === '/contacts' ? 409 : 201];
    expect((await Promise.all(running)).sort()).toEqual(statuses);
    expect(await others).toBe(201);
  });

  it('leaves nothing behind when its connection dies: the retry executes, once', async () => {
    const before = await operation.executions();
    const letGo = await operation.holdUp();
    const running = post(organization.client).then((response) => response);
    await app.database.untilBlocked();
    await app.database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    expect((await running).status).toBe(503);
    await letGo();
    const { headers } = await post(elsewhere).expect(201);
    expect(headers['idempotent-replay']).toBeUndefined();
    expect(await operation.executions()).toBe(before + 1);
  });
});

describe('Behind writes that wait for an event which somebody holds', () => {
  it.each([
    ['a twin of a request that is running', 409],
    ['a request that was answered already', 201],
    ['another request with its key', 422],
  ])('%s is told so at once', async (_, status) => {
    const app = await startApp();
    const secondApp = await startApp({ DATABASE_URL: app.database.url, DATABASE_POOL_SIZE: '4' });
    const organization = await app.organization();
    const elsewhere = new Client(secondApp.url, organization.client.apiKey);
    const event = await organization.event();
    const path = `/events/${event.id}/ticket-classes`;
    const hold = () => app.database.hold('SELECT FROM events WHERE id = $1 FOR UPDATE', [event.id]);

    const letGoBefore = await hold();
    const first = organization.client.post(path, { name: 'Balcony' }, 'key').then(({ text }) => text);
    await app.database.untilBlocked();
    let letGo = letGoBefore;
    if (status !== 409) {
      await letGoBefore();
      await first;
      letGo = await hold();
    }
    // Longer than anybody waits in line.
    const waiting = [1, 2, 3, 4].map((name) =>
      elsewhere.patch(`/events/${event.id}`, { name: `${name}` }).then(() => undefined),
    );
    await app.database.untilBlocked(status === 409 ? 2 : 1);

    const name = status === 422 ? 'Box' : 'Balcony';
    const answer = await elsewhere.post(path, { name }, 'key').expect(status);

    await letGo();
    if (status === 201) expect(answer.text).toBe(await first);
    await Promise.all([first, ...waiting]);
    await secondApp.close();
    await app.close();
  });
});
