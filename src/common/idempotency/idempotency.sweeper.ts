import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { describeFault } from '../errors/fault';

const EVERY_MS = 60_000;
const STEP = 1_000;

/** Deletes expired records in small steps. Only tidies: whether a record counts is decided when it is read. */
@Injectable()
export class IdempotencySweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer?: NodeJS.Timeout;
  private sweeping?: Promise<void>;
  private stopped = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly logger: PinoLogger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.sweeping ??= this.sweep()
        .then(() => undefined)
        .catch((error: unknown) =>
          this.logger.warn({ fault: describeFault(error) }, 'Expired records not swept'),
        )
        .finally(() => (this.sweeping = undefined));
    }, EVERY_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.sweeping;
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
}
