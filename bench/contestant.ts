import type { Measurement } from './measurement';
import type { Scenario } from './scenarios';

export const USHER = 'Usher';
export const FLOOR = 'floor';
export const TEXTBOOK = 'textbook';
export const TUNED = 'tuned';
export const TWO = 'two processes';
export const PGBENCH = 'pgbench';

/** What a process gets to be warm; whichever is less. */
export interface WarmUp {
  seconds: number;
  requests: number;
}

/** V8 goes on making a process faster until it has answered about so many requests; the slow ones do not get as far. */
export const WARM_UP: WarmUp = { seconds: 20, requests: 25_000 };

/** Something that is measured. */
export interface Contestant {
  readonly name: string;
  /** Whether it can do what the scenario asks for. */
  takesPart(scenario: Scenario): boolean;
  /** Makes each of its processes warm, and tells how many requests per second they answer together. */
  warmUp(scenario: Scenario, each: WarmUp): Promise<number>;
  /** Requests that are not counted: who did nothing while others were measured has a small heap and cold caches. */
  wake(scenario: Scenario, amount: number): Promise<void>;
  /** `amount`: how many requests. */
  measure(scenario: Scenario, amount: number): Promise<Measurement>;
}
