import { Process, Processor } from '@nestjs/bull';
import type { Job } from 'bull';
import type { RowReference } from '../notifications/transport';
import { ATTEMPTS_AT_ONCE } from './fair-shares';
import { WebhookCourier } from './webhook-courier';

/** A queue beside mail's, so that neither waits for the other. */
export const WEBHOOK_QUEUE = 'webhooks';

/** Takes jobs off the Bull queue. Whether one is still to be done stands in its row. */
@Processor(WEBHOOK_QUEUE)
export class WebhookProcessor {
  constructor(private readonly courier: WebhookCourier) {}

  @Process({ name: '*', concurrency: ATTEMPTS_AT_ONCE })
  process({ data }: Job<RowReference>): Promise<void> {
    return this.courier.deliver(data);
  }
}
