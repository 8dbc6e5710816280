import { getQueueToken } from '@nestjs/bull';
import type { Job, Queue } from 'bull';
import { transportOf } from '../../src/notifications/notifications.module';
import { EMAIL_QUEUE } from '../../src/notifications/outbox-queues';
import type { Transport } from '../../src/notifications/transport';
import { startApp, type TestApp } from '../support/app';
import { startRedis, type TestRedis } from '../support/redis';
import { until } from '../support/until';

describe('A backlog of mail that nobody works', () => {
  let redis: TestRedis;
  let app: TestApp;
  let queue: Queue;

  beforeAll(async () => {
    redis = await startRedis();
    app = await startApp({ REDIS_URL: redis.url, WORKER: 'off' });
    queue = app.nest.get<Queue>(getQueueToken(EMAIL_QUEUE));
    await app.database.query(
      `INSERT INTO outbox_messages (organization_id, id, type, payload)
       SELECT 'org_1', 'msg_' || n, 'nothing', '{}' FROM generate_series(1, 1300) n`,
    );
  });
  afterAll(async () => {
    await app.close();
    await redis.close();
  });

  const untilFull = async () => {
    await untilJobsWait(1_000);
    expect(await app.nest.get<Transport>(transportOf(EMAIL_QUEUE)).capacity()).toBe(0);
  };
  const untilJobsWait = (count: number) =>
    until(async () => (await queue.getWaitingCount()) === count, `Not ${count} jobs wait`);

  it('is handed over for as long as there is room in the queue', async () => {
    await untilFull();
    await queue.empty();
    // The others are leased: what is handed over now has waited in the database.
    await untilJobsWait(300);
  });

  it('fills a queue that is paused no further than one that is not', async () => {
    await queue.empty();
    await queue.pause();
    await app.database.query('UPDATE outbox_messages SET available_at = now()');
    await untilFull();
    await queue.empty();
    await untilJobsWait(300);
    await queue.resume();
  });

  it('is handed over again, as far as there is room, when Redis has forgotten everything', async () => {
    await redis.stop();
    await redis.start();
    await untilFull();
    await queue.empty();
    await untilJobsWait(300);
  });

  it('is handed over again although Redis forgot a job while a worker took it', async () => {
    await app.database.query(`DELETE FROM outbox_messages WHERE id <> 'msg_1'`);
    await queue.empty();
    await app.database.query('UPDATE outbox_messages SET available_at = now()');
    await untilJobsWait(1);
    await takeWhileRedisForgets();
    expect(await queue.client.keys('*msg_1')).toHaveLength(1);

    await app.database.query('UPDATE outbox_messages SET available_at = now()');
    await untilJobsWait(1);
    const [job] = await queue.getWaiting();
    expect(job).toMatchObject({ name: 'nothing', data: { organizationId: 'org_1', id: 'msg_1' } });
  });

  /** Takes a job as Bull does: the id off the list, then a lock and what it is about, which is gone by then. */
  async function takeWhileRedisForgets(): Promise<void> {
    const [wait, active] = [queue.toKey('wait'), queue.toKey('active')];
    const id = await queue.client.rpoplpush(wait, active);
    await queue.client.flushdb();
    await (queue as Queue & { moveToActive(id: string): Promise<Job> }).moveToActive(id);
  }
});
