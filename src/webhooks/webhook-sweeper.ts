import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { PeriodicTask } from '../common/periodic-task';

const STEP = 1_000;
const KEPT_DAYS = 30;

/** Deletes old deliveries in small steps, those of deleted endpoints and those that a disabled one never got included. */
@Injectable()
export class WebhookSweeper extends PeriodicTask {
  protected readonly everyMs = 3_600_000;
  protected readonly failure = 'Old webhook deliveries not swept';

  constructor(
    private readonly dataSource: DataSource,
    logger: PinoLogger,
  ) {
    super(logger);
  }

  /** Returns how many were deleted. */
  async sweep(): Promise<number> {
    let total = 0;
    for (let deleted = STEP; deleted === STEP && !this.stopped; total += deleted) {
      const [, count] = await this.dataSource.query<[unknown, number]>(
        `DELETE FROM webhook_deliveries WHERE (organization_id, id) IN (
           SELECT organization_id, id FROM webhook_deliveries
           WHERE created_at < now() - interval '${KEPT_DAYS} days' LIMIT ${STEP} FOR UPDATE SKIP LOCKED)`,
      );
      deleted = count;
    }
    return total;
  }

  protected work(): Promise<number> {
    return this.sweep();
  }
}
