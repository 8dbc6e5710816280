import { Webhook } from 'standardwebhooks';
import type { WebhookDeliveryDetailsDto } from '../../src/webhooks/dto/webhook-delivery.dto';
import type { WebhookEndpointWithSecretDto } from '../../src/webhooks/dto/webhook-endpoint.dto';
import { startApp, type TestApp } from '../support/app';
import type { TestEvent, TestOrganization } from '../support/organization';
import { type Received, type Receiver, startReceiver } from '../support/receiver';
import { until } from '../support/until';

interface Message {
  type: string;
  timestamp: string;
  data: Record<string, unknown>;
}

/** Fails unless the public library accepts it. */
function verify({ secret }: { secret: string }, { body, headers }: Received): Message {
  return new Webhook(secret).verify(body, headers as Record<string, string>) as Message;
}

describe('Webhooks', () => {
  let app: TestApp;
  let receiver: Receiver;
  let organization: TestOrganization;
  let event: TestEvent;
  let endpoint: WebhookEndpointWithSecretDto;

  beforeAll(async () => {
    app = await startApp();
    receiver = await startReceiver();
  });
  beforeEach(async () => {
    receiver.received = [];
    receiver.answer = { status: 204 };
    organization = await app.organization();
    event = await organization.event();
    endpoint = await createEndpoint();
  });
  afterEach(() => organization.client.delete(path()));
  afterAll(async () => {
    await app.close();
    await receiver.close();
  });

  const path = (): string => `/webhook-endpoints/${endpoint.id}`;

  const createEndpoint = (fields: Record<string, unknown> = {}): Promise<WebhookEndpointWithSecretDto> =>
    organization.webhookEndpoint({ url: receiver.url, ...fields });

  async function deliveries(query = ''): Promise<WebhookDeliveryDetailsDto[]> {
    const { body } = await organization.client.get(`${path()}/deliveries${query}`).expect(200);
    return body.data as WebhookDeliveryDetailsDto[];
  }

  async function details(): Promise<WebhookDeliveryDetailsDto> {
    const [{ id }] = (await deliveries()) as [WebhookDeliveryDetailsDto];
    const { body } = await organization.client.get(`${path()}/deliveries/${id}`).expect(200);
    return body as WebhookDeliveryDetailsDto;
  }

  /** The only delivery once it was tried so often. */
  async function untilTried(times: number): Promise<WebhookDeliveryDetailsDto> {
    await until(async () => (await deliveries()).length > 0, 'There is no delivery');
    await until(async () => (await details()).attempts.length >= times, `It was not tried ${times} times`);
    return details();
  }

  const makeDue = (id?: string) =>
    app.database.query(
      `UPDATE webhook_deliveries SET next_attempt_at = now() WHERE endpoint_id = $1 AND id = coalesce($2, id)`,
      [endpoint.id, id],
    );

  const types = (): string[] => receiver.received.map((one) => verify(endpoint, one).type).sort();

  it('send what the API shows, signed so that the public library verifies it', async () => {
    const contact = { email: 'ada@example.org', first_name: 'Ada' };
    const { data } = await organization.issue(event, { contact });
    const messages = (await receiver.untilReceived(2)).map((one) => verify(endpoint, one));
    const { body: shown } = await organization.client.get(`/contacts/${data[0]!.contact_id}`);
    expect(messages).toEqual(
      expect.arrayContaining([
        { type: 'attendee.created', timestamp: data[0]!.created_at, data: data[0] },
        { type: 'contact.updated', timestamp: shown.created_at, data: shown },
      ]),
    );
    const [{ headers, path: at }] = receiver.received as [Received];
    expect(at).toBe('/hooks');
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'user-agent': 'Usher-Webhooks/1' });
    const ids = receiver.received.map((one) => one.headers['webhook-id']);
    expect((await deliveries()).map(({ id }) => id).sort()).toEqual(ids.sort());
  });

  it('are refused by the library when a byte, the id, the time or the secret is another', async () => {
    await organization.client.post(`${path()}/test`).expect(202);
    const [one] = (await receiver.untilReceived(1)) as [Received];
    expect(verify(endpoint, one).data).toEqual({ webhook_endpoint_id: endpoint.id });
    const others = [
      { ...one, body: `${one.body} ` },
      { ...one, headers: { ...one.headers, 'webhook-id': 'dlv_other' } },
      {
        ...one,
        headers: { ...one.headers, 'webhook-timestamp': String(Math.floor(Date.now() / 1_000) - 10) },
      },
    ];
    for (const other of others) expect(() => verify(endpoint, other)).toThrow('No matching signature');
    const stranger = await createEndpoint();
    expect(() => verify(stranger, one)).toThrow('No matching signature');
    await organization.client.delete(`/webhook-endpoints/${stranger.id}`);
  });

  it('tell of every type there is, each thing in a message of its own', async () => {
    const other = await organization.event();
    await organization.client.patch(`/events/${other.id}`, { name: 'Renamed' }).expect(200);
    const { data } = await organization.issue(event, { quantity: 3 });
    const at = `/events/${event.id}/attendees`;
    await organization.client.patch(`${at}/${data[0]!.id}`, { status: 'pending_approval' }).expect(200);
    await organization.client.post(`/events/${event.id}/check-ins`, { attendee_id: data[1]!.id }).expect(200);
    await organization.client.delete(`${at}/${data[2]!.id}`).expect(200);
    await receiver.untilReceived(9);
    expect(types()).toEqual([
      'attendee.checked_in',
      'attendee.created',
      'attendee.created',
      'attendee.created',
      'attendee.deleted',
      'attendee.updated',
      'contact.updated',
      'event.created',
      'event.updated',
    ]);
    const messages = receiver.received.map((one) => verify(endpoint, one));
    expect(messages.find(({ type }) => type === 'attendee.deleted')!.data).toMatchObject({
      id: data[2]!.id,
      status: 'deleted',
    });
    expect(messages.find(({ type }) => type === 'event.updated')!.data).toMatchObject({ name: 'Renamed' });
  });

  it('come to each endpoint that wants the type, and to no disabled, other or deleted one', async () => {
    const second = await createEndpoint({ url: `${receiver.url}/second`, types: ['contact.updated'] });
    const disabled = await createEndpoint({ url: `${receiver.url}/disabled`, status: 'disabled' });
    const deleted = await createEndpoint({ url: `${receiver.url}/deleted` });
    await organization.client.delete(`/webhook-endpoints/${deleted.id}`).expect(200);
    const stranger = await app.organization();
    await stranger.issue(await stranger.event());
    await organization.issue(event);
    await receiver.untilReceived(3);
    await until(async () => (await deliveries('?status=pending')).length === 0, 'Some wait');
    expect(receiver.received.map((one) => one.path).sort()).toEqual(['/hooks', '/hooks', '/hooks/second']);
    for (const { id } of [second, disabled]) await organization.client.delete(`/webhook-endpoints/${id}`);
  });

  it('are tried again with the same id and bytes until there is a 2xx, and logged', async () => {
    receiver.answer = { status: 503, body: 'x'.repeat(3_000) };
    await organization.client.post(`${path()}/test`).expect(202);
    const failed = await untilTried(1);
    expect(failed).toMatchObject({ status: 'pending', response_code: 503, type: 'webhook.test' });
    const wait = Date.parse(failed.next_attempt_at!) - Date.parse(failed.attempts[0]!.at);
    expect(wait).toBeGreaterThanOrEqual(5_000);

    receiver.answer = { status: 200, body: 'thanks\u0000' };
    await makeDue();
    const delivered = await untilTried(2);
    expect(delivered).toMatchObject({ status: 'delivered', response_code: 200, next_attempt_at: null });
    expect(delivered.attempts).toEqual([
      {
        at: expect.any(String),
        duration_ms: expect.any(Number),
        response_code: 503,
        error: 'It answered 503',
        response_excerpt: 'x'.repeat(1_024),
      },
      {
        at: expect.any(String),
        duration_ms: expect.any(Number),
        response_code: 200,
        error: null,
        response_excerpt: 'thanks\ufffd',
      },
    ]);
    const [first, second] = receiver.received as [Received, Received];
    expect(second.body).toBe(first.body);
    expect(second.headers['webhook-id']).toBe(first.headers['webhook-id']);
    for (const one of [first, second]) verify(endpoint, one);
  });

  it('are given up after ten attempts, and can be sent again', async () => {
    receiver.answer = { status: 500 };
    await organization.client.post(`${path()}/test`).expect(202);
    await untilTried(1);
    await app.database.query('UPDATE webhook_deliveries SET failures = 9 WHERE endpoint_id = $1', [
      endpoint.id,
    ]);
    await makeDue();
    const failed = await untilTried(2);
    expect(failed).toMatchObject({ status: 'failed', next_attempt_at: null });
    expect((await deliveries('?status=failed')).map(({ id }) => id)).toEqual([failed.id]);
    expect(await deliveries('?status=delivered')).toEqual([]);

    receiver.answer = { status: 204 };
    const { body } = await organization.client
      .post(`${path()}/deliveries/${failed.id}/redeliver`)
      .expect(202);
    expect(body).toMatchObject({ id: failed.id, status: 'pending' });
    expect(await untilTried(3)).toMatchObject({ id: failed.id, status: 'delivered' });
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(ids).toEqual([failed.id, failed.id, failed.id]);
  });

  it('follow no redirect', async () => {
    receiver.answer = { status: 302, headers: { location: `${receiver.url}/elsewhere` } };
    await organization.client.post(`${path()}/test`).expect(202);
    const { attempts } = await untilTried(1);
    expect(attempts[0]).toMatchObject({
      response_code: 302,
      error: 'It answered 302; redirects are not followed',
    });
    expect(receiver.received.map((one) => one.path)).toEqual(['/hooks']);
  });

  it('end at an endpoint that answers 410', async () => {
    receiver.answer = { status: 410 };
    await organization.client.post(`${path()}/test`).expect(202);
    expect(await untilTried(1)).toMatchObject({ status: 'failed' });
    const { body } = await organization.client.get(path()).expect(200);
    expect(body).toMatchObject({
      status: 'disabled',
      disabled_reason: 'gone',
      disabled_at: expect.any(String),
    });
    await organization.client.post(`${path()}/test`).expect(409);
  });

  it('hold nothing against an endpoint that its URL of before has done', async () => {
    const before = await startReceiver();
    before.answer = undefined;
    await organization.client.patch(path(), { url: before.url }).expect(200);
    await organization.client.post(`${path()}/test`).expect(202);
    await before.untilReceived(1);
    await organization.client.patch(path(), { url: receiver.url }).expect(200);
    await before.close();

    expect((await untilTried(1)).attempts).toMatchObject([{ response_code: null }]);
    const { body } = await organization.client.get(path()).expect(200);
    expect(body.failing_since).toBeNull();
    await makeDue();
    await receiver.untilReceived(1);
  });

  it('end at an endpoint that has failed for five days without a success', async () => {
    const disabledAfter = async (age: string): Promise<unknown> => {
      await organization.client.post(`${path()}/test`).expect(202);
      await until(async () => (await deliveries())[0]!.response_code !== null, 'It was not tried');
      const since = `UPDATE webhook_endpoints SET failing_since = now() - $2::interval WHERE id = $1`;
      await app.database.query(since, [endpoint.id, age]);
      const [{ id }] = (await deliveries()) as [WebhookDeliveryDetailsDto];
      await makeDue(id);
      const attempts = async () =>
        (await organization.client.get(`${path()}/deliveries/${id}`)).body.attempts as unknown[];
      await until(async () => (await attempts()).length === 2, 'It was not tried again');
      return (await organization.client.get(path())).body;
    };
    receiver.answer = { status: 500 };
    expect(await disabledAfter('119 hours')).toMatchObject({ status: 'enabled', disabled_reason: null });
    expect(await disabledAfter('121 hours')).toMatchObject({
      status: 'disabled',
      disabled_reason: 'failing',
    });

    receiver.answer = { status: 200 };
    const { body } = await organization.client.patch(path(), { status: 'enabled' }).expect(200);
    expect(body).toMatchObject({ status: 'enabled', disabled_at: null, failing_since: null });
    await makeDue();
    await until(
      async () => (await deliveries('?status=delivered')).length === 2,
      'What waited did not go on',
    );
  });

  it('forget failures at a success', async () => {
    receiver.answer = { status: 500 };
    await organization.client.post(`${path()}/test`).expect(202);
    await untilTried(1);
    expect((await organization.client.get(path())).body.failing_since).toEqual(expect.any(String));
    receiver.answer = { status: 200 };
    await makeDue();
    await untilTried(2);
    expect((await organization.client.get(path())).body.failing_since).toBeNull();
  });

  it('are signed with both secrets for a day after rotating', async () => {
    const { body: rotated } = await organization.client.post(`${path()}/rotate-secret`).expect(201);
    expect(rotated.secret).not.toBe(endpoint.secret);
    await organization.client.post(`${path()}/test`).expect(202);
    const [both] = (await receiver.untilReceived(1)) as [Received];
    verify(endpoint, both);
    verify(rotated, both);

    await app.database.query(
      'UPDATE webhook_endpoints SET previous_secret_expires_at = now() WHERE id = $1',
      [endpoint.id],
    );
    await organization.client.post(`${path()}/test`).expect(202);
    const [, one] = (await receiver.untilReceived(2)) as [Received, Received];
    verify(rotated, one);
    expect(() => verify(endpoint, one)).toThrow('No matching signature');
  });

  it('give up waiting after five seconds', async () => {
    receiver.answer = undefined;
    await organization.client.post(`${path()}/test`).expect(202);
    const { attempts } = await untilTried(1);
    expect(attempts[0]).toMatchObject({ response_code: null, error: 'No answer within 5 seconds' });
  });

  const HINT = 'HTTP/1.1 103 Early Hints\r\n\r\n';

  it.each([
    [
      'switches protocols',
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
      { response_code: 101, error: 'It answered 101' },
    ],
    [
      'switches protocols and does not say to which',
      'HTTP/1.1 101 Switching Protocols\r\n\r\n',
      { response_code: 101, error: 'It answered 101' },
    ],
    ['only ever hints', HINT.repeat(100), { response_code: 103, error: 'It answered 103' }],
    [
      'hints before it answers',
      `${HINT.repeat(3)}HTTP/1.1 204 No Content\r\n\r\n`,
      { response_code: 204, error: null },
    ],
    [
      'never ends its answer',
      'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nwait',
      { response_code: 200, error: null, response_excerpt: 'wait' },
    ],
    [
      'breaks off in its answer',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nwait\r\nnonsense\r\n',
      { response_code: 200, error: null, response_excerpt: 'wait' },
    ],
    [
      'does not speak HTTP',
      'SSH-2.0-OpenSSH_9.2p1\r\n',
      { response_code: null, error: 'The connection failed: HPE_INVALID_CONSTANT' },
    ],
  ])('come to an end with one who %s', async (_, raw, outcome) => {
    receiver.answer = { raw };
    expect(await organization.firstAttempt(endpoint.id)).toMatchObject(outcome);
  });

  it('tell of a connection that cannot be made', async () => {
    await organization.client.patch(path(), { url: 'http://127.0.0.1:1024/' }).expect(200);
    await organization.client.post(`${path()}/test`).expect(202);
    const { attempts } = await untilTried(1);
    expect(attempts[0]).toMatchObject({ response_code: null, error: 'The connection failed: ECONNREFUSED' });
  });

  it('forget an erased contact, whatever was sent of it, and tell of the erasure', async () => {
    const contact = { email: 'grace@example.org', first_name: 'Grace' };
    const { data } = await organization.issue(event, { contact });
    await receiver.untilReceived(2);
    receiver.received = [];
    await organization.client.delete(`/contacts/${data[0]!.contact_id}`).expect(200);
    const messages = (await receiver.untilReceived(2)).map((one) => verify(endpoint, one));
    expect(messages.map(({ type, data: told }) => [type, told])).toEqual(
      expect.arrayContaining([
        ['contact.updated', { deleted: true, id: data[0]!.contact_id }],
        ['attendee.updated', expect.objectContaining({ id: data[0]!.id, email: null, first_name: null })],
      ]),
    );
    const rows = await app.database.query(`SELECT FROM webhook_deliveries WHERE payload LIKE '%grace%'`);
    expect(rows).toEqual([]);
  });
});
