import { Process, Processor } from '@nestjs/bull';
import type { Job } from 'bull';
import { EMAIL_QUEUE } from './bull-transport';
import { DELIVERIES_AT_ONCE, MessageDelivery } from './message-delivery';
import type { RowReference } from './transport';

/** Takes jobs off the Bull queue. What a job means, and whether it is still open, stands in the outbox. */
@Processor(EMAIL_QUEUE)
export class EmailProcessor {
  constructor(private readonly delivery: MessageDelivery) {}

  @Process({ name: '*', concurrency: DELIVERIES_AT_ONCE })
  process({ data }: Job<RowReference>): Promise<void> {
    return this.delivery.deliver(data);
  }
}
