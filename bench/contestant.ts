import type { Measurement } from './measurement';
import type { Scenario } from './scenarios';

/** Something that is measured. */
export interface Contestant {
  readonly name: string;
  /** Whether it can do what the scenario asks for. */
  takesPart(scenario: Scenario): boolean;
  /** Makes the process warm, and tells how many requests per second it can expect. */
  warmUp(scenario: Scenario, seconds: number): Promise<number>;
  /** Requests that are not counted: who did nothing while others were measured has a small heap and cold caches. */
  wake(scenario: Scenario, amount: number): Promise<void>;
  /** `amount`: how many requests. */
  measure(scenario: Scenario, amount: number): Promise<Measurement>;
}
