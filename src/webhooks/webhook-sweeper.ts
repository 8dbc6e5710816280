import { Injectable } from '@nestjs/common';
import { Sweeper } from '../common/sweeper';

/** Deletes old deliveries, those of deleted endpoints and those that a disabled one never got included. */
@Injectable()
export class WebhookSweeper extends Sweeper {
  protected readonly everyMs = 3_600_000;
  protected readonly failure = 'Old webhook deliveries not swept';
  protected readonly deletion = `
    DELETE FROM webhook_deliveries WHERE (organization_id, id) IN (
      SELECT organization_id, id FROM webhook_deliveries
      WHERE created_at < now() - interval '30 days' LIMIT $1 FOR UPDATE SKIP LOCKED)`;
}
