import { setTimeout as sleep } from 'node:timers/promises';
import type { Gauge } from 'prom-client';

/** How long an answer is as good as a new one: scraping and probing more often asks no more often. */
const KEEP_MS = 3_000;

/** Less than a scraper or a probe has patience. */
const PATIENCE_MS = 1_000;

/** Sets the gauges to what was answered. */
type Answer = () => void;

/** May reject, and may take its time. */
export type Question = () => Promise<Answer>;

/**
 * Gauges whose values stand in another service. While it does not answer they are absent: an old number would be taken
 * for a new one. A question that hangs is waited for before the next one is asked, so questions never pile up.
 */
export class Reading {
  private answer?: Promise<boolean>;
  /** On the clock of `performance.now()`, which nobody sets back. */
  private until = 0;
  private hanging = false;

  constructor(
    private readonly up: Gauge,
    private readonly gauges: readonly Gauge<string>[],
    private readonly ask: Question,
  ) {}

  /** Resolves to whether the service answers; never rejects. */
  refresh(): Promise<boolean> {
    if (!this.answer || performance.now() > this.until) {
      this.until = performance.now() + KEEP_MS;
      this.answer = this.read();
    }
    return this.answer;
  }

  private async read(): Promise<boolean> {
    const answer = this.hanging ? null : await this.answerInTime();
    for (const gauge of this.gauges) gauge.reset();
    answer?.();
    this.up.set(answer ? 1 : 0);
    return answer !== null;
  }

  private answerInTime(): Promise<Answer | null> {
    this.hanging = true;
    const answer = this.ask()
      .catch(() => null)
      .finally(() => (this.hanging = false));
    return Promise.race([answer, sleep(PATIENCE_MS, null, { ref: false })]);
  }
}
