import { Injectable } from '@nestjs/common';
import type { Histogram } from 'prom-client';
import type { Lanes, Taken } from '../common/database/lanes';
import { Metrics } from '../common/observability/metrics';
import type { PreparedRequest } from './issue-tickets.command';

const WAIT_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
const SIZE_BUCKETS = [1, 2, 4, 8, 16, 32, 64];

/** How requests for tickets share transactions. */
@Injectable()
export class AdmissionMetrics {
  private readonly waits: Histogram;
  private readonly sizes: Histogram;

  constructor(private readonly metrics: Metrics) {
    this.waits = metrics.histogram(
      'usher_lane_wait_seconds',
      'Time that a create attendee waited for the transaction that it shares with others',
      WAIT_BUCKETS,
    );
    this.sizes = metrics.histogram(
      'usher_lane_batch_size',
      'Create attendee requests that shared a transaction',
      SIZE_BUCKETS,
    );
  }

  watch(lanes: Pick<Lanes<never, never>, 'waiting'>): void {
    this.metrics.gaugeOf(
      'usher_lane_waiting_requests',
      'Create attendee requests that wait for their transaction now',
      () => lanes.waiting,
    );
  }

  noteBatch(batch: readonly Taken<PreparedRequest>[]): void {
    const now = performance.now();
    this.sizes.observe(batch.length);
    for (const { command, since } of batch) {
      const waitedMs = now - since;
      this.waits.observe(waitedMs / 1_000);
      if (!command.notes) continue;
      command.notes.laneWaitMs = waitedMs;
      command.notes.batchSize = batch.length;
    }
  }
}
