import { Injectable } from '@nestjs/common';
import type { Queue } from 'bull';
import { Metrics } from '../observability/metrics';
import type { Reading } from '../observability/reading';

/** States of jobs that are still in a queue. */
const STATES = ['waiting', 'active', 'delayed', 'failed'] as const;

/** The Bull queues of this process, for whoever watches them. Without Redis there are none. */
@Injectable()
export class JobQueues {
  private readonly queues: Queue[] = [];
  private reading?: Reading;

  constructor(private readonly metrics: Metrics) {}

  register<Job>(queue: Queue<Job>): Queue<Job> {
    this.queues.push(queue);
    this.reading ??= this.readCounts();
    return queue;
  }

  all(): readonly Queue[] {
    return this.queues;
  }

  /** Whether Redis answers; null when there are no queues to ask about. */
  async answer(): Promise<boolean | null> {
    return (await this.reading?.refresh()) ?? null;
  }

  private readCounts(): Reading {
    const jobs = this.metrics.gauge('usher_queue_jobs', 'Jobs in a Bull queue', ['queue', 'state']);
    return this.metrics.reading('redis', [jobs], async () => {
      const counts = await Promise.all(this.queues.map((queue) => queue.getJobCounts()));
      return () =>
        this.queues.forEach(({ name }, index) => {
          for (const state of STATES) jobs.set({ queue: name, state }, counts[index]![state]);
        });
    });
  }
}
