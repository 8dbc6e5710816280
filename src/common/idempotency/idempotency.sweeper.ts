import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { PeriodicTask } from '../periodic-task';

const STEP = 1_000;

/** Deletes expired records in small steps. Only tidies: whether a record counts is decided when it is read. */
@Injectable()
export class IdempotencySweeper extends PeriodicTask {
  protected readonly everyMs = 60_000;
  protected readonly failure = 'Expired records not swept';

  constructor(
    private readonly dataSource: DataSource,
    logger: PinoLogger,
  ) {
    super(logger);
  }

  /** Returns how many records were deleted. */
  async sweep(): Promise<number> {
    let total = 0;
    for (let deleted = STEP; deleted === STEP && !this.stopped; total += deleted) {
      const [, count] = await this.dataSource.query<[unknown, number]>(
        `DELETE FROM idempotency_records WHERE (organization_id, api_key_id, key) IN (
           SELECT organization_id, api_key_id, key FROM idempotency_records
           WHERE expires_at <= now() LIMIT ${STEP} FOR UPDATE SKIP LOCKED)`,
      );
      deleted = count;
    }
    return total;
  }

  protected work(): Promise<number> {
    return this.sweep();
  }
}
