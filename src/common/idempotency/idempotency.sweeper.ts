import { Injectable } from '@nestjs/common';
import { Sweeper } from '../sweeper';

/** Deletes expired records. Only tidies: whether a record counts is decided when it is read. */
@Injectable()
export class IdempotencySweeper extends Sweeper {
  protected readonly everyMs = 60_000;
  protected readonly failure = 'Expired records not swept';
  protected readonly deletion = `
    DELETE FROM idempotency_records WHERE (organization_id, api_key_id, key) IN (
      SELECT organization_id, api_key_id, key FROM idempotency_records
      WHERE expires_at <= now() LIMIT $1 FOR UPDATE SKIP LOCKED)`;
}
