import type { DataSource } from 'typeorm';
import { ReconcileService } from '../src/attendees/reconcile.service';

/** What a contestant has written, counted in its database. */
export interface Ledger {
  tickets(): Promise<number>;
  /** Sentences about what is wrong. */
  faults(): Promise<string[]>;
}

const OVERSOLD = `
  SELECT 'ticket class ' || id AS what FROM ticket_classes
  WHERE quantity_total > 0 AND quantity_sold + quantity_pending > quantity_total
  UNION ALL
  SELECT 'event ' || id FROM events WHERE capacity > 0 AND tickets_sold + tickets_pending > capacity`;

export class UsherLedger implements Ledger {
  constructor(private readonly database: DataSource) {}

  async tickets(): Promise<number> {
    const [row] = await this.database.query<{ count: number }[]>('SELECT count(*)::int FROM attendees');
    return row!.count;
  }

  async faults(): Promise<string[]> {
    const drift = await new ReconcileService(this.database).findDrift();
    const oversold = await this.database.query<{ what: string }[]>(OVERSOLD);
    return [
      ...drift.map((one) => `Seat counters have drifted: ${JSON.stringify(one)}`),
      ...oversold.map(({ what }) => `Oversold: ${what}`),
    ];
  }
}

export class TextbookLedger implements Ledger {
  constructor(private readonly database: DataSource) {}

  async tickets(): Promise<number> {
    const [row] = await this.database.query<{ count: number }[]>('SELECT count(*)::int FROM textbook.ticket');
    return row!.count;
  }

  async faults(): Promise<string[]> {
    const oversold = await this.database.query<{ id: string }[]>(
      `SELECT e.id FROM textbook.event e JOIN textbook.ticket t ON t."eventId" = e.id
       WHERE e.capacity > 0 GROUP BY e.id, e.capacity HAVING count(*) > e.capacity`,
    );
    return oversold.map(({ id }) => `Oversold: event ${id}`);
  }
}
