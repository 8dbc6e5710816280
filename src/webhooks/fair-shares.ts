/** Attempts that one process makes at once. */
export const ATTEMPTS_AT_ONCE = 16;

/**
 * How many deliveries may be in hand: queued or being tried. Counted in the database and so over all processes, however
 * many there are. Six and two are half of the places of one process, so that none is ever filled by one organization; with
 * most receivers six are sixty deliveries a second, and more processes serve more organizations, not one of them faster.
 *
 * What fails may be silent, and then holds its place for five seconds each time. It has places of its own, so that it waits
 * for its like and nobody else waits for it.
 */
export const IN_HAND = {
  ofEndpoint: 4,
  ofFailingEndpoint: 1,
  ofOrganization: 6,
  ofFailingInOrganization: 2,
  ofAllFailing: 8,
} as const;
