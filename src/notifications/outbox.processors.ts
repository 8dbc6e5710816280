import { Process, Processor } from '@nestjs/bull';
import type { Job } from 'bull';
import { MessageDelivery } from './message-delivery';
import { DELIVERIES_AT_ONCE, DOMAIN_EVENT_QUEUE, EMAIL_QUEUE } from './outbox-queues';
import type { RowReference } from './transport';

/** Takes jobs off the Bull queue. What a job means, and whether it is still open, stands in the outbox. */
@Processor(EMAIL_QUEUE)
export class EmailProcessor {
  constructor(private readonly delivery: MessageDelivery) {}

  @Process({ name: '*', concurrency: DELIVERIES_AT_ONCE[EMAIL_QUEUE] })
  process({ data }: Job<RowReference>): Promise<void> {
    return this.delivery.deliver(data);
  }
}

/** As with mail, beside it. */
@Processor(DOMAIN_EVENT_QUEUE)
export class DomainEventProcessor {
  constructor(private readonly delivery: MessageDelivery) {}

  @Process({ name: '*', concurrency: DELIVERIES_AT_ONCE[DOMAIN_EVENT_QUEUE] })
  process({ data }: Job<RowReference>): Promise<void> {
    return this.delivery.deliver(data);
  }
}
