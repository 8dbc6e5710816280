/** Seconds to wait after each failed attempt: ten attempts in three days. */
const RETRY_DELAYS: readonly number[] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 72_000];

/** When to try again after so many failures; undefined when it is given up. */
export function nextAttemptAt(failures: number, now: Date): Date | undefined {
  const seconds = RETRY_DELAYS[failures - 1];
  return seconds === undefined ? undefined : new Date(now.getTime() + seconds * 1_000);
}
