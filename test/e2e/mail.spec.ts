import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Bull, { type Queue } from 'bull';
import PostalMime from 'postal-mime';
import { EMAIL_QUEUE } from '../../src/notifications/outbox-queues';
import { freePort } from '../support/free-port';
import { type ApiProcess, Installation } from '../support/installation';
import { type MailServer, startMailServer } from '../support/mail-server';
import { createEvent, type TestEvent, ticketsFor } from '../support/organization';
import type { UsherProcess } from '../support/process';
import { type Receiver, startReceiver } from '../support/receiver';
import { startRedis, type TestRedis } from '../support/redis';
import { until } from '../support/until';

jest.setTimeout(120_000);

interface OutboxRow {
  id: string;
  available_at: Date;
  attempts: number;
  delivered_at: Date | null;
  failed_at: Date | null;
}

describe('mail of an API process with WORKER=off, Redis and a worker', () => {
  let redis: TestRedis;
  let mailServer: MailServer;
  let receiver: Receiver;
  let installation: Installation;
  let api: ApiProcess;
  let worker: UsherProcess;
  /** Where the first worker tells how it does. */
  let probes: string;
  let event: TestEvent;
  let queue: Queue;

  beforeAll(async () => {
    [redis, mailServer, receiver] = await Promise.all([startRedis(), startMailServer(), startReceiver()]);
    installation = await Installation.create({
      REDIS_URL: redis.url,
      SMTP_URL: mailServer.url,
      WEBHOOK_PRIVATE_TARGETS: 'allow',
    });
    api = await installation.startApi({ WORKER: 'off' });
    event = await createEvent(api.client, { name: 'Summer Night' });
    queue = new Bull(EMAIL_QUEUE, redis.url);
    queue.on('error', () => undefined);
  });
  afterAll(async () => {
    await queue.close();
    await installation.close();
    await Promise.all([mailServer.close(), receiver.close(), redis.close()]);
  });
  afterEach(async () => {
    mailServer.mails.length = 0;
    await installation.database.query('DELETE FROM outbox_messages');
  });

  it('waits in the queue, one job per batch that asks for it, and goes out once by SMTP', async () => {
    await buy('ada', {
      quantity: 3,
      send_email: true,
      contact: { email: 'ada@example.org', first_name: 'Ada' },
    });
    await buy('grace', { send_email: true });
    await buy('nobody');
    await untilJobsWait(2);
    const jobs = await queue.getWaiting();
    const rows = await outbox();
    expect(jobs.map(({ id }) => id).sort()).toEqual(rows.map(({ id }) => id).sort());
    expect(mailServer.mails).toEqual([]);
    // Leased: the relay does not hand them over again and again.
    for (const row of rows) expect(row.available_at.getTime()).toBeGreaterThan(Date.now());

    const port = await freePort();
    probes = `http://127.0.0.1:${port}`;
    worker = await installation.startWorker({ WORKER_PORT: String(port) });
    await untilAllDelivered(2);
    expect(recipients()).toEqual(['ada@example.org', 'grace@example.org']);
    const mail = mailServer.mails.find(({ to }) => to![0]!.address === 'ada@example.org')!;
    expect(mail.subject).toBe('Your 3 tickets for Summer Night');
    expect(mail.text).toContain('Hello Ada');
    expect(mail.html).toContain('Hello Ada');
    expect(rows.map(({ id }) => `<${id}@localhost>`)).toContain(mail.messageId);
    expect(await queue.getJobCounts()).toMatchObject({ waiting: 0, active: 0, delayed: 0, failed: 0 });
  });

  it('is finished before the worker obeys SIGTERM', async () => {
    mailServer.stall();
    await buy('ada', { send_email: true });
    await until(() => mailServer.stalled() === 1, 'The worker has not begun');

    const stopped = worker.stop('SIGTERM');
    const isReady = async () => (await fetch(`${probes}/health/ready`)).ok;
    await until(async () => !(await isReady()), 'The worker has not begun to stop');
    mailServer.resume();
    expect(await stopped).toBe(0);
    expect(await outbox()).toMatchObject([{ attempts: 0, delivered_at: expect.any(Date) as Date }]);
    expect(recipients()).toEqual(['ada@example.org']);
  });

  it('survives Redis, which slows and fails no request: nothing is lost, nothing doubled', async () => {
    // Without a worker: these are in the queue when Redis forgets everything.
    const forgotten = ['anna', 'berta', 'clara'];
    await Promise.all(forgotten.map((name) => buy(name, { send_email: true })));
    await untilJobsWait(3);

    await redis.stop();
    const recorded = ['dora', 'emma', 'frida', 'greta'];
    await Promise.all(recorded.map((name) => buy(name, { send_email: true })));
    expect(await outbox()).toEqual(
      Array.from(
        { length: 7 },
        () => expect.objectContaining({ delivered_at: null, failed_at: null }) as object,
      ),
    );
    const withoutRedis = await installation.startWorker();
    expect(await withoutRedis.stop('SIGTERM')).toBe(0);
    worker = await installation.startWorker();

    await redis.start();
    await untilAllDelivered(7);
    expect(recipients()).toEqual([...forgotten, ...recorded].map((name) => `${name}@example.org`).sort());
  });

  it('is in one pair of hands, although Redis forgets whose', async () => {
    mailServer.stall();
    await buy('ada', { send_email: true });
    await until(() => mailServer.stalled() === 1, 'The worker has not begun');
    await redis.stop();
    await redis.start();

    // Whatever was to be handed over again is before this one in the queue.
    await buy('last', { send_email: true });
    await until(() => mailServer.stalled() === 2, 'The worker has not gone on');
    mailServer.resume();
    await untilAllDelivered(2);
    expect(recipients()).toEqual(['ada@example.org', 'last@example.org']);
  });

  it('keeps no webhook waiting while the mail server hangs', async () => {
    const types = ['event.created'];
    const { body: endpoint } = await api.client
      .post('/webhook-endpoints', { url: receiver.url, types })
      .expect(201);
    mailServer.stall();
    const guests = ['ada', 'berta', 'clara', 'dora'];
    await Promise.all(guests.map((name) => buy(name, { send_email: true })));
    await until(() => mailServer.stalled() >= 2, 'The worker has not begun');

    await createEvent(api.client);
    await receiver.untilReceived(1);
    expect(mailServer.mails).toEqual([]);
    await api.client.delete(`/webhook-endpoints/${endpoint.id}`).expect(200);
    mailServer.resume();
    await untilAllDelivered(4);
  });

  it('waits in the outbox while Redis is full', async () => {
    const noticed = () => api.output().split('Messages of the queue email wait to be handed over').length;
    const before = noticed();
    await redis.fill();
    await buy('ada', { send_email: true });
    await until(() => noticed() > before, 'Nobody noticed');

    await redis.drain();
    await untilAllDelivered(1);
    expect(recipients()).toEqual(['ada@example.org']);
  });

  it('goes out although Redis has lost the scripts that Bull runs in it', async () => {
    await queue.client.script('FLUSH');
    await Promise.all(['ada', 'grace'].map((name) => buy(name, { send_email: true })));
    await untilAllDelivered(2);
    expect(recipients()).toEqual(['ada@example.org', 'grace@example.org']);
  });

  it('is tried again after a 4xx reply, and given up after a 5xx', async () => {
    mailServer.refuseWith(451);
    await buy('ada', { send_email: true });
    await until(async () => (await outbox())[0]!.attempts === 1, 'No attempt was noted');
    mailServer.refuseWith(undefined);
    await untilAllDelivered(1);
    expect(recipients()).toEqual(['ada@example.org']);

    mailServer.refuseWith(550);
    await buy('bounces', { send_email: true });
    await until(async () => (await outbox()).some((row) => row.failed_at !== null), 'It was not given up');
    mailServer.refuseWith(undefined);
    await buy('later', { send_email: true });
    await until(() => mailServer.mails.length === 2, 'The next mail was not sent');
    expect(recipients()).toEqual(['ada@example.org', 'later@example.org']);
    expect((await outbox()).find((row) => row.failed_at)).toMatchObject({ attempts: 1, delivered_at: null });
    expect(await queue.getJobCounts()).toMatchObject({ waiting: 0, active: 0, delayed: 0, failed: 0 });
  });

  it('goes out after all when the worker is killed while it sends', async () => {
    mailServer.stall();
    await Promise.all(['ada', 'grace'].map((name) => buy(name, { send_email: true })));
    await until(() => mailServer.stalled() === 2, 'The worker has not begun');
    await worker.stop('SIGKILL');
    await until(() => mailServer.stalled() === 0, 'The connections of the killed worker stayed open');
    mailServer.resume();

    worker = await installation.startWorker();
    await untilAllDelivered(2);
    expect(recipients()).toEqual(['ada@example.org', 'grace@example.org']);
  });

  it('goes out twice under one Message-ID when the worker is killed between sending and recording', async () => {
    const release = await loseCommits();
    await buy('ada', { send_email: true });
    await installation.database.untilBlocked();
    expect(recipients()).toEqual(['ada@example.org']);
    await worker.stop('SIGKILL');
    await release();

    worker = await installation.startWorker();
    await untilAllDelivered(1);
    expect(recipients()).toEqual(['ada@example.org', 'ada@example.org']);
    const [{ id }] = (await outbox()) as [OutboxRow];
    expect(mailServer.mails.map(({ messageId }) => messageId)).toEqual(Array(2).fill(`<${id}@localhost>`));
  });

  it('left nothing of the people in the logs', () => {
    expect(api.output() + worker.output()).toContain('request_id');
    expect(api.output() + worker.output()).not.toMatch(/example\.org|Ada|no such mailbox/);
  });

  async function buy(name: string, fields: Record<string, unknown> = {}): Promise<void> {
    const contact = { email: `${name}@example.org` };
    await api.client
      .post(`/events/${event.id}/attendees`, ticketsFor(event, { contact, ...fields }))
      .expect(201);
  }

  function recipients(): string[] {
    return mailServer.mails.map(({ to }) => to![0]!.address!).sort();
  }

  function outbox(): Promise<OutboxRow[]> {
    return installation.database.query<OutboxRow>('SELECT * FROM outbox_messages ORDER BY created_at');
  }

  function untilJobsWait(count: number): Promise<void> {
    return until(async () => (await queue.getWaitingCount()) === count, `Not ${count} jobs wait`);
  }

  /** Commits of what is delivered wait, and are lost when the function is called that this resolves to. */
  async function loseCommits(): Promise<() => Promise<void>> {
    const { database } = installation;
    await database.query(`
      CREATE FUNCTION lose_commit() RETURNS trigger LANGUAGE plpgsql SET lock_timeout = 0 AS $$
      BEGIN
        PERFORM pg_advisory_xact_lock(1);
        RAISE EXCEPTION 'lost';
      END $$;
      CREATE CONSTRAINT TRIGGER lose_commit AFTER UPDATE OF delivered_at ON outbox_messages
      DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION lose_commit()`);
    const release = await database.hold('SELECT pg_advisory_xact_lock(1)');
    return async () => {
      await release();
      await database.query('DROP FUNCTION lose_commit CASCADE');
    };
  }

  /** Afterwards no further mail can come: what is delivered is never sent again. */
  async function untilAllDelivered(count: number): Promise<void> {
    await until(async () => {
      const delivered = (await outbox()).filter((row) => row.delivered_at);
      return delivered.length === count;
    }, `Not all of the ${count} mails were delivered`);
    expect(await outbox()).toHaveLength(count);
  }
});

describe('mail without Redis and SMTP', () => {
  let installation: Installation;

  beforeAll(async () => {
    installation = await Installation.create();
  });
  afterAll(() => installation.close());

  it('is one file per batch, written by a process that works and never by one with WORKER=off', async () => {
    const idle = await installation.startApi({ WORKER: 'off' });
    const event = await createEvent(idle.client);
    const buy = (name: string, fields: Record<string, unknown>) =>
      idle.client
        .post(
          `/events/${event.id}/attendees`,
          ticketsFor(event, { contact: { email: `${name}@example.org` }, ...fields }),
        )
        .expect(201);
    await buy('ada', { quantity: 3, send_email: true });
    await buy('nobody', { quantity: 2 });
    const worker = await installation.startWorker();
    await until(() => worker.output().includes('Mail written'), 'No mail was written');

    const folder = join(installation.dataDir, 'mail');
    const files = await readdir(folder);
    const [{ id }] = (await installation.database.query('SELECT id FROM outbox_messages')) as [
      { id: string },
    ];
    expect(files).toEqual([`${id}.eml`]);
    expect(worker.output()).toContain(pathToFileURL(join(folder, `${id}.eml`)).href);
    expect(idle.output()).not.toContain('Mail written');
    const mail = await PostalMime.parse(await readFile(join(folder, `${id}.eml`)));
    expect(mail.to).toMatchObject([{ address: 'ada@example.org' }]);
    expect(mail.messageId).toBe(`<${id}@localhost>`);
    expect([mail.text, mail.html]).toEqual([
      expect.stringContaining('Concert'),
      expect.stringContaining('Concert'),
    ]);
  });
});
