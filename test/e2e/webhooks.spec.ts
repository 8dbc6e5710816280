import Bull, { type Queue } from 'bull';
import { WEBHOOK_QUEUE } from '../../src/webhooks/webhook.processor';
import { type ApiProcess, Installation } from '../support/installation';
import { createEvent, type TestEvent, ticketsFor } from '../support/organization';
import { type Receiver, startReceiver } from '../support/receiver';
import { startRedis, type TestRedis } from '../support/redis';
import { until } from '../support/until';

jest.setTimeout(120_000);

describe('Webhooks of an API process with WORKER=off, Redis and workers', () => {
  let redis: TestRedis;
  let receiver: Receiver;
  let installation: Installation;
  let api: ApiProcess;
  let event: TestEvent;
  let queue: Queue;

  beforeAll(async () => {
    [redis, receiver] = await Promise.all([startRedis(), startReceiver()]);
    installation = await Installation.create({ REDIS_URL: redis.url, WEBHOOK_PRIVATE_TARGETS: 'allow' });
    api = await installation.startApi({ WORKER: 'off' });
    event = await createEvent(api.client);
    const types = ['attendee.created'];
    await api.client.post('/webhook-endpoints', { url: receiver.url, types }).expect(201);
    queue = new Bull(WEBHOOK_QUEUE, redis.url);
    queue.on('error', () => undefined);
  });
  afterEach(async () => {
    receiver.received = [];
    await installation.database.query('DELETE FROM webhook_deliveries');
  });
  afterAll(async () => {
    await queue.close();
    await installation.close();
    await Promise.all([receiver.close(), redis.close()]);
  });

  const sell = (quantity: number) =>
    api.client.post(`/events/${event.id}/attendees`, ticketsFor(event, { quantity })).expect(201);

  const untilAllDelivered = (count: number): Promise<void> =>
    until(async () => {
      const rows = await installation.database.query(
        `SELECT FROM webhook_deliveries WHERE status = 'delivered'`,
      );
      return rows.length === count;
    }, 'Not all were delivered');

  it('are delivered once by two workers, through a queue of their own', async () => {
    const workers = [await installation.startWorker(), await installation.startWorker()];
    await sell(40);
    await untilAllDelivered(40);
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    expect(ids).toHaveLength(40);
    expect(new Set(ids).size).toBe(40);
    expect(await queue.getJobCounts()).toMatchObject({ waiting: 0, active: 0, delayed: 0, failed: 0 });
    await Promise.all(workers.map((worker) => worker.stop()));
  });

  it('are delivered again when the worker dies while it delivers', async () => {
    receiver.answer = undefined;
    const doomed = await installation.startWorker();
    await sell(1);
    await receiver.untilReceived(1);
    await doomed.stop('SIGKILL');
    receiver.answer = { status: 204 };
    await installation.startWorker();
    await untilAllDelivered(1);
    const [first, second] = receiver.received;
    expect(receiver.received).toHaveLength(2);
    expect(second!.body).toBe(first!.body);
    expect(second!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
  });
});
