import { Inject, Injectable } from '@nestjs/common';
import { findCaller } from '../auth/caller';
import { ENVIRONMENT, type Environment } from '../config/environment';
import { Turnstile } from '../database/turnstile';
import type { Line, WriteRequest } from './write-context';

/** Lets a write in as `Turnstile.pass` does. */
export type Entrance = <T>(work: () => Promise<T>, options?: { unlessHeldUp: boolean }) => Promise<T>;

/**
 * Leaves connections to others while writes of an organization wait for locks, or take long. They have half of those of
 * the process at most, and a quarter when they are in line for the same thing, so that the organization's other writes go
 * on as well. Writes to one event are done one after another anyway.
 *
 * Check-ins wait for no event. They have half of the connections but one beside the others, so one is always left.
 */
@Injectable()
export class WriteEntrances {
  private readonly checkIns: Turnstile;
  private readonly others: Turnstile;

  constructor(@Inject(ENVIRONMENT) { databasePoolSize }: Environment) {
    const half = Math.floor(databasePoolSize / 2);
    this.checkIns = new Turnstile({ most: half - 1 });
    this.others = new Turnstile({ most: half, mostOfPart: Math.floor(half / 2) });
  }

  of(request: WriteRequest, line: Line | undefined): Entrance {
    const turnstile = line === 'check-in' ? this.checkIns : this.others;
    const group = findCaller(request)?.organizationId ?? 'public';
    const part = line === 'event' ? `event ${request.params.eventId as string}` : line;
    return (work, options) => turnstile.pass({ group, part }, work, options);
  }
}
