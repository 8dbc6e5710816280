import { InjectQueue } from '@nestjs/bull';
import { Injectable } from '@nestjs/common';
import type { Queue } from 'bull';
import { ATTEMPTS, type MessageReference } from './message-delivery';
import type { OutboxMessage } from './outbox-message.entity';
import { Transport } from './transport';

export const EMAIL_QUEUE = 'email';

const HAND_OVER_MS = 3_000;

/** Puts messages on the Bull queue, one job each. A processor here or in a worker delivers them. */
@Injectable()
export class BullTransport extends Transport {
  /** Longer than all of Bull's retries together. */
  readonly leaseSeconds = 600;

  constructor(@InjectQueue(EMAIL_QUEUE) private readonly queue: Queue<MessageReference>) {
    super();
    // Without a listener an unreachable Redis would end the process. The outbox's lag tells of it.
    queue.on('error', () => undefined);
  }

  override capacity(): number {
    return 100;
  }

  override async handOver(messages: OutboxMessage[]): Promise<void> {
    await this.removeDead(messages);
    const jobs = messages.map(({ organizationId, id, type }) => ({
      name: type,
      data: { organizationId, id },
      opts: {
        // Adding a job that is there already does nothing, so a message handed over twice is queued once.
        jobId: id,
        attempts: ATTEMPTS,
        backoff: { type: 'exponential', delay: 1_000 },
        removeOnComplete: true,
        removeOnFail: 1_000,
      },
    }));
    await inTime(this.queue.addBulk(jobs));
  }

  override onCapacity(): void {
    // It always takes as many.
  }

  /** Bull closes its own queue and waits for its jobs. */
  override drain(): Promise<void> {
    return Promise.resolve();
  }

  override onLoss(listener: () => void): void {
    // "ready" comes at first and whenever the connection is back, perhaps to a Redis that has forgotten everything.
    this.queue.client.on('ready', listener);
  }

  /** A message that is open while its job has failed was given up by Bull alone: it starts over. */
  private async removeDead(messages: OutboxMessage[]): Promise<void> {
    const seenBefore = messages.filter(({ availableAt, createdAt }) => availableAt > createdAt);
    await inTime(
      Promise.all(
        seenBefore.map(async ({ id }) => {
          const job = await this.queue.getJob(id);
          if (await job?.isFailed()) await job?.remove();
        }),
      ),
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
