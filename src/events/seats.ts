/** Most seats that a limit can name. */
export const MAX_SEATS = 10_000_000;

/** Seats that can still be taken; null is unlimited. `limit` 0 is unlimited, and a limit may be below what is held. */
export function seatsRemaining(limit: number, held: number): number | null {
  return limit === 0 ? null : Math.max(0, limit - held);
}
