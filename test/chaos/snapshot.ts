import { Client } from 'pg';

export interface StoredTicket {
  id: string;
  email: string;
  event_id: string;
  ticket_class_id: string;
  status: string;
}

/** Counters of an event or a ticket class. */
export interface StoredCounters {
  id: string;
  sold: number;
  pending: number;
}

/** What is in the database at the end, read by SQL alone. */
export interface Snapshot {
  tickets: StoredTicket[];
  counters: StoredCounters[];
}

export async function readSnapshot(url: string): Promise<Snapshot> {
  const client = new Client(url);
  await client.connect();
  try {
    const tickets = await client.query<StoredTicket>(
      `SELECT a.id, c.email, a.event_id, a.ticket_class_id, a.status
       FROM attendees a JOIN contacts c ON c.organization_id = a.organization_id AND c.id = a.contact_id`,
    );
    const counters = await client.query<StoredCounters>(
      `SELECT id, tickets_sold AS sold, tickets_pending AS pending FROM events
       UNION ALL SELECT id, quantity_sold, quantity_pending FROM ticket_classes`,
    );
    return { tickets: tickets.rows, counters: counters.rows };
  } finally {
    await client.end();
  }
}

/** Seats held by event and by ticket class at one moment. */
export const HELD_SEATS = `
  SELECT place.id, count(*)::int AS held
  FROM attendees a, unnest(ARRAY[a.event_id, a.ticket_class_id]) AS place (id)
  WHERE a.status IN ('valid', 'checked_in', 'pending_approval')
  GROUP BY place.id`;
