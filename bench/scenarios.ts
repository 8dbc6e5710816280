/** What is asked of every contestant. A new scenario is a new entry of this table. */
export interface Scenario {
  name: string;
  /** Each sends its next request when the answer to its last one is there. */
  connections: number;
  /** One event that everybody wants, many events, or one without a seat left. */
  event: 'hot' | 'spread' | 'sold_out';
  /** Tickets per request. */
  quantity: number;
  /** The `Idempotency-Key`: none, a new one each time, or one that was answered before. */
  key: 'none' | 'new' | 'replayed';
  /** The only right answer. */
  status: 201 | 409;
}

const CREATE = { quantity: 1, key: 'none', status: 201 } as const;

export const SCENARIOS: readonly Scenario[] = [
  { ...CREATE, name: 'hot, 64 connections', event: 'hot', connections: 64 },
  { ...CREATE, name: 'spread over 1,000 events, 64 connections', event: 'spread', connections: 64 },
  { ...CREATE, name: 'hot, keyed, 64 connections', event: 'hot', connections: 64, key: 'new' },
  { ...CREATE, name: 'sold out, 64 connections', event: 'sold_out', connections: 64, status: 409 },
  { ...CREATE, name: 'replays, 64 connections', event: 'hot', connections: 64, key: 'replayed' },
  { ...CREATE, name: 'hot, 256 connections', event: 'hot', connections: 256 },
  { ...CREATE, name: 'spread over 1,000 events, 256 connections', event: 'spread', connections: 256 },
  { ...CREATE, name: 'hot, 1 connection', event: 'hot', connections: 1 },
  { ...CREATE, name: 'hot, 10 tickets, 64 connections', event: 'hot', connections: 64, quantity: 10 },
];

/** Scenarios of the quick mode. */
export const QUICK = ['hot, 64 connections', 'spread over 1,000 events, 64 connections'];
