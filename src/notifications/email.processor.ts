import { Process, Processor } from '@nestjs/bull';
import type { Job } from 'bull';
import { EMAIL_QUEUE } from './bull-transport';
import { MessageDelivery, type MessageReference } from './message-delivery';

const CONCURRENCY = 4;

/** Takes jobs off the Bull queue. What a job means, and whether it is still open, stands in the outbox. */
@Processor(EMAIL_QUEUE)
export class EmailProcessor {
  constructor(private readonly delivery: MessageDelivery) {}

  @Process({ name: '*', concurrency: CONCURRENCY })
  async process(job: Job<MessageReference>): Promise<void> {
    const outcome = await this.delivery.deliver(job.data);
    if (outcome === 'done') return;
    if (outcome === 'given_up') await job.discard();
    throw new Error('The message was not delivered');
  }
}
