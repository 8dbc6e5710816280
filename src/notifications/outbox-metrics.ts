import { Injectable } from '@nestjs/common';
import { Metrics } from '../common/observability/metrics';
import { OutboxRepository } from './outbox.repository';

/** What still has to get out, read from the database, and so the same in every process. */
@Injectable()
export class OutboxMetrics {
  constructor(metrics: Metrics, repository: OutboxRepository) {
    const open = metrics.gauge(
      'usher_outbox_open_messages',
      'Messages that are neither delivered nor given up',
      ['type'],
    );
    const oldest = metrics.gauge(
      'usher_outbox_oldest_open_seconds',
      'Age of the oldest open message: the lag of the outbox',
      ['type'],
    );
    const untried = metrics.gauge(
      'usher_outbox_oldest_untried_seconds',
      'Age of the oldest open message whose delivery nobody has tried yet: grows when nobody works',
      ['type'],
    );
    const failed = metrics.gauge('usher_outbox_failed_messages', 'Messages that were given up', ['type']);
    metrics.reading('database', [open, oldest, untried, failed], async () => {
      const lags = await repository.measureLag();
      return () => {
        for (const { type, ...measured } of lags) {
          open.set({ type }, measured.open);
          oldest.set({ type }, measured.oldestSeconds);
          untried.set({ type }, measured.untriedSeconds);
          failed.set({ type }, measured.failed);
        }
      };
    });
  }
}
