import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { DataSource } from 'typeorm';
import { PeriodicTask } from './periodic-task';

const STEP = 1_000;

/** How much longer than a step is the rest after it: a rush beside it must not feel it. */
const REST = 3;

/** Deletes what is no longer needed, in small steps that hold no lock for long and leave most of the time to others. */
@Injectable()
export abstract class Sweeper extends PeriodicTask {
  /** A statement that deletes `$1` rows at most, passing over those that are locked. */
  protected abstract readonly deletion: string;

  constructor(
    private readonly dataSource: DataSource,
    logger: PinoLogger,
  ) {
    super(logger);
  }

  /** Returns how many rows were deleted. */
  async sweep(): Promise<number> {
    let total = 0;
    for (let deleted = STEP; deleted === STEP && !this.stopped; total += deleted) {
      const began = performance.now();
      [, deleted] = await this.dataSource.query<[unknown, number]>(this.deletion, [STEP]);
      if (deleted === STEP) await sleep(REST * (performance.now() - began));
    }
    return total;
  }

  protected work(): Promise<number> {
    return this.sweep();
  }
}
