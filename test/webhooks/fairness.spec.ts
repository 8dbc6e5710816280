import { Transactions } from '../../src/common/database/transactions';
import type { Parcel } from '../../src/notifications/transport';
import type { WebhookDeliveryDto } from '../../src/webhooks/dto/webhook-delivery.dto';
import { WebhookBacklog } from '../../src/webhooks/webhook-backlog';
import { startApp, type TestApp } from '../support/app';
import { type MailServer, startMailServer } from '../support/mail-server';
import type { TestOrganization } from '../support/organization';
import { type Receiver, startReceiver } from '../support/receiver';
import { until } from '../support/until';

const TYPES = ['attendee.created'];

describe('Webhook endpoints that do not answer', () => {
  let app: TestApp;
  let mailServer: MailServer;
  let silent: Receiver;
  let quick: Receiver;
  let organization: TestOrganization;

  beforeAll(async () => {
    mailServer = await startMailServer();
    app = await startApp({ SMTP_URL: mailServer.url });
  });
  beforeEach(async () => {
    [silent, quick] = [await startReceiver(), await startReceiver()];
    organization = await app.organization();
    silent.answer = undefined;
  });
  afterEach(async () => {
    await app.database.query('DELETE FROM webhook_endpoints');
    await Promise.all([silent.close(), quick.close()]);
  });
  afterAll(async () => {
    await app.close();
    await mailServer.close();
  });

  /** In the time that the first ones took to be given up on nobody else had to wait for them. */
  const expectUntried = async (atLeast: number) => {
    const [{ open }] = (await app.database.query<{ open: number }>(
      `SELECT count(*)::int AS open FROM webhook_deliveries WHERE status = 'pending' AND failures = 0`,
    )) as [{ open: number }];
    expect(open).toBeGreaterThan(atLeast);
  };

  it('keep neither another endpoint waiting nor mail, and get a few deliveries at once', async () => {
    const event = await organization.event();
    await organization.webhookEndpoint({ url: silent.url, types: TYPES });
    await organization.webhookEndpoint({ url: quick.url, types: TYPES });
    await organization.issue(event, { quantity: 60, send_email: true });
    await quick.untilReceived(60);
    await until(() => mailServer.mails.length === 1, 'The mail did not come');
    expect(silent.mostAtOnce).toBeLessThanOrEqual(4);
    await expectUntried(50);
  });

  it('keep no other organization waiting, however many one has', async () => {
    const event = await organization.event();
    for (let n = 0; n < 10; n++) await organization.webhookEndpoint({ url: silent.url, types: TYPES });
    await organization.issue(event, { quantity: 20 });
    await silent.untilReceived(6);
    const other = await app.organization();
    await other.webhookEndpoint({ url: quick.url, types: TYPES });
    await other.issue(await other.event(), { quantity: 60 });
    await quick.untilReceived(60);
    expect(silent.mostAtOnce).toBeLessThanOrEqual(8);
    await expectUntried(100);
  });
});

describe('The next webhook deliveries', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startApp({ WORKER: 'off' });
  });
  afterEach(() => app.database.query('DELETE FROM webhook_deliveries'));
  afterAll(() => app.close());

  /** Endpoints of one organization with ten deliveries each that have waited for so many seconds. */
  async function endpoints(count: number, { failing = false, waited = 0 } = {}): Promise<string> {
    const { id } = await app.organization();
    await addEndpoints(id, count, { failing, waited });
    return id;
  }

  async function addEndpoints(organizationId: string, count: number, { failing = false, waited = 0 } = {}) {
    await app.database.query(
      `WITH added AS (
         INSERT INTO webhook_endpoints
           (organization_id, id, url, secret, failing_since, last_failure_at, created_at, updated_at)
         SELECT $1, 'whk_' || gen_random_uuid(), 'https://hooks.example.org/', 'whsec_',
           $3::timestamptz, $3::timestamptz - make_interval(secs => $4), now(), now()
         FROM generate_series(1, $2::int)
         RETURNING organization_id, id
       )
       INSERT INTO webhook_deliveries
         (organization_id, id, endpoint_id, type, payload, next_attempt_at, created_at)
       SELECT organization_id, id || '/' || n, id, 'webhook.test', '{}', now() - make_interval(secs => $4), now()
       FROM added, generate_series(1, 10) AS n`,
      [organizationId, count, failing ? new Date() : null, waited],
    );
  }

  const backlog = () => app.nest.get(WebhookBacklog);

  /** Takes so many in hand, as a relay does that commits when `meanwhile` is over. */
  const take = (limit: number, meanwhile?: () => Promise<void>): Promise<Parcel[]> =>
    app.nest.get(Transactions).run(async (manager) => {
      const taken = await backlog().takeAvailable(manager, limit);
      await backlog().lease(manager, taken, 60);
      await meanwhile?.();
      return taken;
    });

  /** How many there are of each organization or endpoint. */
  function countBy(taken: Parcel[], key: 'organization' | 'endpoint'): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { organizationId, id } of taken) {
      const name = key === 'organization' ? organizationId : id.split('/')[0]!;
      counts[name] = (counts[name] ?? 0) + 1;
    }
    return counts;
  }

  it('are four of an endpoint, and one of each that fails', async () => {
    await endpoints(1);
    await endpoints(2, { failing: true });
    const taken = await take(100);
    expect(Object.values(countBy(taken, 'endpoint')).sort()).toEqual([1, 1, 4]);
    expect(await take(100)).toEqual([]);
  });

  it('are six of an organization, of each of its endpoints alike, and two of its endpoints that fail', async () => {
    const id = await endpoints(6);
    expect(Object.values(countBy(await take(100), 'endpoint'))).toEqual([1, 1, 1, 1, 1, 1]);
    await addEndpoints(id, 3, { failing: true, waited: 60 });
    expect(countBy(await take(100), 'organization')).toEqual({ [id]: 2 });
    expect(await take(100)).toEqual([]);

    const [done] = await app.database.query<{ id: string }>(
      `UPDATE webhook_deliveries SET status = 'delivered', leased_until = NULL
       WHERE id = (
         SELECT d.id FROM webhook_deliveries d JOIN webhook_endpoints e ON e.id = d.endpoint_id
         WHERE d.leased_until > now() AND e.failing_since IS NULL LIMIT 1
       )
       RETURNING id`,
    );
    expect(done).toBeDefined();
    expect(await take(100)).toHaveLength(1);
  });

  it('are no more than eight of an organization while its endpoints begin to fail', async () => {
    const id = await endpoints(2);
    expect(await take(100)).toHaveLength(6);
    await app.database.query(
      'UPDATE webhook_endpoints SET failing_since = now() WHERE organization_id = $1',
      [id],
    );
    await addEndpoints(id, 2);
    expect(await take(100)).toHaveLength(2);
  });

  it('count what endpoints have in hand that were deleted meanwhile', async () => {
    const id = await endpoints(2);
    expect(await take(100)).toHaveLength(6);
    await app.database.query('DELETE FROM webhook_endpoints WHERE organization_id = $1', [id]);
    await addEndpoints(id, 2);
    expect(await take(100)).toEqual([]);
  });

  it('are those of organizations that have least in hand, whoever has waited longer', async () => {
    const patient = await endpoints(10, { waited: 3_600 });
    expect(await take(3)).toHaveLength(3);
    const others = [await endpoints(1), await endpoints(1)] as const;
    expect(countBy(await take(6), 'organization')).toEqual({
      [others[0]]: 3,
      [others[1]]: 3,
    });
    expect(countBy(await take(3), 'organization')).toEqual({
      [patient]: 1,
      [others[0]]: 1,
      [others[1]]: 1,
    });
  });

  it('are those that have waited longest when organizations have equally much in hand', async () => {
    const [later, sooner] = [await endpoints(1, { waited: 1 }), await endpoints(1, { waited: 2 })];
    const turns = (await take(4)).map(({ organizationId }) => organizationId);
    expect(turns).toEqual([sooner, later, sooner, later]);
  });

  it('are eight of all endpoints that fail, so that there are places for the others', async () => {
    for (let n = 0; n < 6; n++) await endpoints(3, { failing: true, waited: 60 });
    const working = await endpoints(1);
    const counts = countBy(await take(100), 'organization');
    const { [working]: ofWorking, ...ofFailing } = counts;
    expect(ofWorking).toBe(4);
    expect(Object.values(ofFailing).sort()).toEqual([1, 1, 1, 1, 2, 2]);
    expect(await take(100)).toEqual([]);
  });

  /** Ends attempts that have failed, as their courier does. */
  async function fail(taken: Parcel[]): Promise<void> {
    const ids = taken.map(({ id }) => id);
    await app.database.query(
      `WITH tried AS (
         UPDATE webhook_deliveries SET next_attempt_at = now() + interval '5s', leased_until = NULL
         WHERE id = ANY ($1) RETURNING endpoint_id
       )
       UPDATE webhook_endpoints SET last_failure_at = now() WHERE id IN (SELECT endpoint_id FROM tried)`,
      [ids],
    );
  }

  it('are of endpoints that fail those that failed longest ago, whoever has the older backlog', async () => {
    for (let n = 0; n < 8; n++) await endpoints(1, { failing: true, waited: 3_600 });
    const taken = await take(100);
    const newcomer = await endpoints(1, { failing: true, waited: 1 });
    expect(await take(100)).toEqual([]);

    await fail(taken.slice(0, 1));
    expect(countBy(await take(100), 'organization')).toEqual({ [newcomer]: 1 });
    await fail(taken.slice(1, 2));
    expect(countBy(await take(100), 'organization')).toEqual({ [taken[0]!.organizationId]: 1 });
  });

  it('are so within an organization, too', async () => {
    const id = await endpoints(2, { failing: true, waited: 3_600 });
    const taken = await take(100);
    await addEndpoints(id, 1, { failing: true, waited: 1 });
    await fail(taken);
    const next = countBy(await take(1), 'endpoint');
    expect(Object.keys(countBy(taken, 'endpoint'))).not.toContain(Object.keys(next)[0]);
  });

  it('are first those of an endpoint that somebody asked for, in that order', async () => {
    const organization = await app.organization();
    const { id } = await organization.webhookEndpoint({ url: 'https://hooks.example.org/' });
    const ask = async (path: string) => {
      const { body } = await organization.client.post(`/webhook-endpoints/${id}/${path}`).expect(202);
      return (body as WebhookDeliveryDto).id;
    };
    const old = [await ask('test'), await ask('test'), await ask('test')];
    await app.database.query(
      `UPDATE webhook_deliveries SET by_hand = false, next_attempt_at = now() - interval '1h'`,
    );

    const askedFor = [await ask(`deliveries/${old[2]}/redeliver`), await ask('test')];
    for (const next of askedFor) expect(await take(1)).toMatchObject([{ id: next }]);
    expect(old.slice(0, 2)).toContain((await take(1))[0]!.id);
  });

  it('are others for relays that look at the same moment, and no more together', async () => {
    const ids = [await endpoints(1), await endpoints(1)] as const;
    let commit: (() => void) | undefined;
    const taking = take(3, () => new Promise<void>((resolve) => (commit = resolve)));
    await until(() => commit !== undefined, 'The first relay took nothing');
    const second = await take(100);
    commit!();
    const first = await taking;
    expect(first).toHaveLength(3);
    expect(countBy([...first, ...second], 'organization')).toEqual({
      [ids[0]]: 4,
      [ids[1]]: 4,
    });
    expect(new Set([...first, ...second].map(({ id }) => id)).size).toBe(8);
  });
});
