import { InjectQueue } from '@nestjs/bull';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bull';
import type { MessageReference } from './message-delivery';
import type { OutboxMessage } from './outbox-message.entity';
import { Transport } from './transport';

export const EMAIL_QUEUE = 'email';

/**
 * A job that a killed worker had taken is free again when its lock runs out and the next check finds it so: after 15
 * seconds at most. A worker renews its locks, and a false alarm does no harm: the message's row is locked as well.
 */
export const QUEUE_SETTINGS = { lockDuration: 10_000, stalledInterval: 5_000 };

const HAND_OVER_MS = 3_000;

/** Puts messages on the Bull queue, one job each. A processor here or in a worker delivers them. */
@Injectable()
export class BullTransport extends Transport {
  /** Handing over again what still waits in the queue does nothing, so this is how long a loss may go unnoticed. */
  readonly leaseSeconds = 30;

  constructor(@InjectQueue(EMAIL_QUEUE) private readonly queue: Queue<MessageReference>) {
    super();
    // Without a listener an unreachable Redis would end the process. The outbox's lag tells of it.
    queue.on('error', () => undefined);
  }

  override capacity(): number {
    return 100;
  }

  override async handOver(messages: OutboxMessage[]): Promise<void> {
    // Not addBulk, whose MULTI hides what becomes of each job; the commands share a round trip all the same.
    await inTime(Promise.all(messages.map((message) => this.add(message))));
  }

  override onCapacity(): void {
    // It always takes as many.
  }

  override onLoss(listener: () => void): void {
    // "ready" comes at first and whenever the connection is back, perhaps to a Redis that has forgotten everything.
    this.queue.client.on('ready', listener);
    if (this.queue.client.status === 'ready') listener();
  }

  override async drain(): Promise<void> {
    // Waits for the jobs at work, while there are still a database and a connection to Redis to end them with.
    await this.queue.close();
  }

  private add({ organizationId, id, type }: OutboxMessage): Promise<unknown> {
    return this.queue.add(
      type,
      { organizationId, id },
      {
        // Adding a job that is there already does nothing, so a message handed over twice is queued once.
        jobId: id,
        // For attempts that end in an exception because the database is away. Those that the mail server refuses are
        // noted in the outbox, which plans the next one.
        attempts: 5,
        backoff: { type: 'exponential', delay: 1_000 },
        // What has ended must not be in the way of the next job with its id.
        removeOnComplete: true,
        removeOnFail: true,
      },
    );
  }
}

/** Bull waits for a connection as long as it takes; a hand-over holds row locks and must not. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('Redis did not answer in time')), HAND_OVER_MS);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
