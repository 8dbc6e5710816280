/** What is asked of every contestant. A new scenario is a new entry of this table. */
export interface Scenario {
  name: string;
  /** The mix: of ten requests six create, two check in and two list. */
  request: 'create' | 'check in' | 'list' | 'mix';
  /** Each sends its next request when the answer to its last one is there. */
  connections: number;
  /** One event that everybody wants, many events, or one without a seat left. */
  event: 'hot' | 'spread' | 'sold_out';
  /** Tickets per request. */
  quantity: number;
  /** The `Idempotency-Key`: none, a new one each time, or one that was answered before. */
  key: 'none' | 'new' | 'replayed';
  /** The only right answers. */
  statuses: readonly number[];
}

const CREATE = { request: 'create', event: 'hot', quantity: 1, key: 'none', statuses: [201] } as const;
const SPREAD = { ...CREATE, event: 'spread' } as const;

export const SCENARIOS: readonly Scenario[] = [
  { ...CREATE, name: 'hot, 64 connections', connections: 64 },
  { ...SPREAD, name: 'spread over 1,000 events, 64 connections', connections: 64 },
  { ...CREATE, name: 'sold out, 64 connections', event: 'sold_out', connections: 64, statuses: [409] },
  { ...CREATE, name: 'replays, 64 connections', connections: 64, key: 'replayed' },
  { ...CREATE, name: 'hot, keyed, 64 connections', connections: 64, key: 'new' },
  { ...CREATE, name: 'hot, 10 tickets, 64 connections', connections: 64, quantity: 10 },
  { ...CREATE, name: 'hot, 1 connection', connections: 1 },
  { ...CREATE, name: 'hot, 16 connections', connections: 16 },
  { ...CREATE, name: 'hot, 256 connections', connections: 256 },
  { ...SPREAD, name: 'spread over 1,000 events, 256 connections', connections: 256 },
  { ...CREATE, name: 'hot, 1,000 connections', connections: 1_000 },
  { ...CREATE, name: 'check-in, 64 connections', request: 'check in', connections: 64, statuses: [200] },
  { ...CREATE, name: 'list of attendees, 64 connections', request: 'list', connections: 64, statuses: [200] },
  { ...SPREAD, name: 'mix, 64 connections', request: 'mix', connections: 64, statuses: [200, 201] },
];

/** Scenarios of the quick mode. */
export const QUICK = ['hot, 64 connections', 'spread over 1,000 events, 64 connections'];

/** Whether everybody who sells tickets can be asked for it. The rest is Usher's own, and the floor has nothing for it. */
export function isSale({ request }: Scenario): boolean {
  return request === 'create';
}

export function everything(): boolean {
  return true;
}

export function sellsWithoutKeys(scenario: Scenario): boolean {
  return isSale(scenario) && scenario.key === 'none';
}
