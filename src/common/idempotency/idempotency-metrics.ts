import { Injectable } from '@nestjs/common';
import { Metrics } from '../observability/metrics';
import { AnswerErased, IdempotencyKeyReused, IdempotentRequestInProgress } from './idempotency.errors';
import type { StoredResponse } from './stored-response';

const CONFLICTS = [IdempotentRequestInProgress, IdempotencyKeyReused, AnswerErased];

/** Looks at the outcomes of writing requests for those that came from a key's earlier use. */
@Injectable()
export class IdempotencyMetrics {
  readonly next: (answer: StoredResponse) => void;
  readonly error: (thrown: unknown) => void;

  constructor(metrics: Metrics) {
    const replays = metrics.counter(
      'usher_idempotent_replays_total',
      'Answers that were stored earlier under the same Idempotency-Key',
    );
    const conflicts = metrics.counter(
      'usher_idempotency_conflicts_total',
      'Requests that were refused for an earlier use of their Idempotency-Key, by the code of the refusal',
      ['code'],
    );
    this.next = ({ replayed }) => {
      if (replayed) replays.inc();
    };
    this.error = (thrown) => {
      const conflict = CONFLICTS.find((type) => thrown instanceof type);
      if (conflict) conflicts.inc({ code: (thrown as InstanceType<typeof conflict>).code });
    };
  }
}
