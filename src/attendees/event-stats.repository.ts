import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { TicketClass } from '../events/ticket-class.entity';
import type { AttendeeStatus } from './attendee.entity';

export type StatusCounts = Record<AttendeeStatus, number>;

export interface TicketClassCounts extends StatusCounts {
  id: string;
  name: string;
  class_status: TicketClass['status'];
  quantity_total: number;
}

export interface EventCounts {
  /** Newest first; deleted ones only when they have tickets. */
  ticketClasses: TicketClassCounts[];
  /** The latest 1,000 hours with check-ins, in their order. */
  checkInsByHour: { hour: Date; check_ins: number }[];
}

/**
 * What the seat counters know is not counted again: usually that is nearly all. The rest, and the check-ins below,
 * stand in indexes that have all that is asked for. That still takes time with their number, a fifth of a second for
 * 250,000: counters for them would be one more row that all check-ins of an event wait for. When nearly all of a table
 * is asked for, because everybody is checked in, PostgreSQL may read that once instead.
 */
const COUNT = `
  SELECT c.id, c.name, c.status AS class_status, c.quantity_total,
         c.quantity_sold - t.checked_in AS valid, c.quantity_pending AS pending_approval, t.*
  FROM ticket_classes c
  CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE status = 'invited')::int AS invited,
           count(*) FILTER (WHERE status = 'checked_in')::int AS checked_in,
           count(*) FILTER (WHERE status = 'rejected')::int AS rejected,
           count(*) FILTER (WHERE status = 'deleted')::int AS deleted
    FROM attendees
    WHERE organization_id = c.organization_id AND ticket_class_id = c.id
      AND status IN ('invited', 'checked_in', 'rejected', 'deleted')
  ) AS t
  WHERE c.organization_id = $1 AND c.event_id = $2
    AND (c.status = 'active' OR c.quantity_pending + t.invited + t.rejected + t.deleted > 0)
  ORDER BY c.created_at DESC, c.id DESC`;

const COUNT_CHECK_INS = `
  SELECT * FROM (
    SELECT date_bin('1 hour', checked_in_at, 'epoch') AS hour, count(*)::int AS check_ins
    FROM attendees
    WHERE organization_id = $1 AND event_id = $2 AND status = 'checked_in'
    GROUP BY 1 ORDER BY 1 DESC LIMIT 1000
  ) AS latest
  ORDER BY hour`;

@Injectable()
export class EventStatsRepository {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** All counts are of one moment. */
  count(organizationId: string, eventId: string): Promise<EventCounts> {
    return this.dataSource.transaction('REPEATABLE READ', async (manager) => ({
      ticketClasses: await manager.query(COUNT, [organizationId, eventId]),
      checkInsByHour: await manager.query(COUNT_CHECK_INS, [organizationId, eventId]),
    }));
  }
}
