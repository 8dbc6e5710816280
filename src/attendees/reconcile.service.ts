import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** A seat counter that does not say what the tickets say. */
export interface Drift {
  organization_id: string;
  kind: 'event' | 'ticket_class';
  id: string;
  sold: { counter: number; tickets: number };
  pending: { counter: number; tickets: number };
}

const COUNT = `
  WITH counted AS (
    SELECT organization_id, event_id, ticket_class_id,
           count(*) FILTER (WHERE status IN ('valid', 'checked_in'))::int AS sold,
           count(*) FILTER (WHERE status = 'pending_approval')::int AS pending
    FROM attendees GROUP BY organization_id, event_id, ticket_class_id
  ), compared AS (
    SELECT c.organization_id, 'ticket_class' AS kind, c.id, c.quantity_sold AS sold_counter,
           c.quantity_pending AS pending_counter, coalesce(t.sold, 0) AS sold, coalesce(t.pending, 0) AS pending
    FROM ticket_classes c
    LEFT JOIN counted t ON (t.organization_id, t.ticket_class_id) = (c.organization_id, c.id)
    UNION ALL
    SELECT e.organization_id, 'event', e.id, e.tickets_sold, e.tickets_pending,
           coalesce(sum(t.sold), 0)::int, coalesce(sum(t.pending), 0)::int
    FROM events e
    LEFT JOIN counted t ON (t.organization_id, t.event_id) = (e.organization_id, e.id)
    GROUP BY e.organization_id, e.id
  )
  SELECT * FROM compared WHERE sold_counter <> sold OR pending_counter <> pending
  ORDER BY organization_id, id`;

interface Row {
  organization_id: string;
  kind: Drift['kind'];
  id: string;
  sold_counter: number;
  pending_counter: number;
  sold: number;
  pending: number;
}

/** Recounts seats from tickets. In one statement, so it may run beside sales. */
@Injectable()
export class ReconcileService {
  constructor(private readonly dataSource: DataSource) {}

  async findDrift(): Promise<Drift[]> {
    const rows = await this.dataSource.query<Row[]>(COUNT);
    return rows.map((row) => ({
      organization_id: row.organization_id,
      kind: row.kind,
      id: row.id,
      sold: { counter: row.sold_counter, tickets: row.sold },
      pending: { counter: row.pending_counter, tickets: row.pending },
    }));
  }
}
