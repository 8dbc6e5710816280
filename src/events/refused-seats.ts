import { Injectable } from '@nestjs/common';
import type { Counter } from 'prom-client';
import { Metrics } from '../common/observability/metrics';
import type { CapacityExceeded } from './inventory.errors';

/** Counts the seats that were asked for and not there. */
@Injectable()
export class RefusedSeats {
  private readonly counter: Counter<'scope'>;

  constructor(metrics: Metrics) {
    this.counter = metrics.counter(
      'usher_seats_refused_total',
      'Seats that were asked for and refused, by what was full',
      ['scope'],
    );
  }

  count({ shortage: { scope, requested } }: CapacityExceeded): void {
    this.counter.inc({ scope }, requested);
  }
}
