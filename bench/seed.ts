import type { DataSource, EntityManager } from 'typeorm';
import { CONTACTS, COUNTERS, HISTORY, PAYMENTS, TICKETS } from './seed.sql';
import { CULTURES, DOMAINS, SYLLABLES, TAGS } from './seed-names';

/** What the people are for: an event without tickets, made by the API, and two of its ticket classes. */
export interface SeedTarget {
  organizationId: string;
  eventId: string;
  ticketClassIds: [string, string];
}

/** Whoever wrote the status history. */
const API_KEY_ID = 'key_00000000000000000000000000';

/**
 * Fills an organization with `people` contacts, and the event with as many tickets, in orders of one to three. The same
 * people each time. By a few statements over whole tables; `people` is a multiple of ten.
 */
export async function seed(database: DataSource, target: SeedTarget, people: number): Promise<void> {
  await database.transaction((manager) => write(manager, target, people));
  await database.query('VACUUM ANALYZE contacts, payments, attendees, attendee_status_changes');
}

async function write(
  manager: EntityManager,
  { organizationId, eventId, ticketClassIds }: SeedTarget,
  people: number,
): Promise<void> {
  await manager.query(`SET LOCAL synchronous_commit = off`);
  await manager.query(`SET LOCAL work_mem = '256MB'`);
  await manager.query('SELECT setseed(0.5)');
  await manager.query(CONTACTS, [
    organizationId,
    people,
    CULTURES.map(({ first }) => first),
    CULTURES.map(({ last }) => last),
    SYLLABLES,
    DOMAINS,
    TAGS,
  ]);
  // What follows names rows that are there: to check each of three million references would take as long as all the rest.
  await manager.query(`SET LOCAL session_replication_role = replica`);
  await manager.query(PAYMENTS, [organizationId, eventId, people]);
  await manager.query(TICKETS, [organizationId, eventId, people, ticketClassIds]);
  await manager.query(HISTORY, [organizationId, eventId, API_KEY_ID]);
  for (const counters of COUNTERS) await manager.query(counters, [organizationId, eventId]);
}
