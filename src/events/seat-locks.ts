import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { execute, inOneRoundTrip, prepared, type Statement } from '../common/database/statements';
import { Event } from './event.entity';
import { seatsRemaining } from './seats';
import { TicketClass, type TicketClassStatus } from './ticket-class.entity';

/** `for_no_key_update` leaves room for the key-share locks that inserts of referencing rows take. */
export const SEAT_LOCK = 'for_no_key_update';

/** An event whose row is locked. */
export interface LockedEvent {
  organizationId: string;
  id: string;
  name: string;
  seatsRemaining: number | null;
}

/** A ticket class whose row is locked. */
export interface LockedTicketClass extends LockedEvent {
  eventId: string;
  status: TicketClassStatus;
  requireApproval: boolean;
}

export interface WantedSeats {
  organizationId: string;
  eventId: string;
  ticketClassId: string;
}

interface Counted {
  limit: number;
  held: number;
}

/** As pairs: with two lists PostgreSQL before 17 looks for every id in every organization. */
const WANTED = 'IN (SELECT * FROM unnest(CAST(:organizationIds AS text[]), CAST(:ids AS text[])))';

/** The locks of a rush: those that `InventoryService` takes one by one, for many requests and without entities. */
@Injectable()
export class SeatLocks {
  private readonly lockEvents: Statement;
  private readonly lockTicketClasses: Statement;

  constructor(dataSource: DataSource) {
    this.lockEvents = prepared(
      'seat-locks-events',
      dataSource
        .createQueryBuilder(Event, 'event')
        .select('event.organizationId', 'organizationId')
        .addSelect('event.id', 'id')
        .addSelect('event.name', 'name')
        .addSelect('event.capacity', 'limit')
        .addSelect('event.ticketsSold + event.ticketsPending', 'held')
        .where(`(event.organizationId, event.id) ${WANTED}`, { organizationIds: [], ids: [] })
        .orderBy('event.id')
        .setLock(SEAT_LOCK),
    );
    this.lockTicketClasses = prepared(
      'seat-locks-ticket-classes',
      dataSource
        .createQueryBuilder(TicketClass, 'class')
        .select('class.organizationId', 'organizationId')
        .addSelect('class.id', 'id')
        .addSelect('class.name', 'name')
        .addSelect('class.quantityTotal', 'limit')
        .addSelect('class.quantitySold + class.quantityPending', 'held')
        .addSelect('class.eventId', 'eventId')
        .addSelect('class.status', 'status')
        .addSelect('class.requireApproval', 'requireApproval')
        .where(`(class.organizationId, class.id) ${WANTED}`, { organizationIds: [], ids: [] })
        .orderBy('class.id')
        .setLock(SEAT_LOCK),
    );
  }

  /** Locks the events and then the ticket classes that exist, deleted ones included. */
  async lock(
    manager: EntityManager,
    wanted: readonly WantedSeats[],
  ): Promise<{ events: LockedEvent[]; ticketClasses: LockedTicketClass[] }> {
    if (wanted.length === 0) return { events: [], ticketClasses: [] };
    const organizationIds = wanted.map(({ organizationId }) => organizationId);
    const [events, ticketClasses] = await inOneRoundTrip(
      execute<LockedEvent & Counted>(manager, this.lockEvents, [
        organizationIds,
        wanted.map(({ eventId }) => eventId),
      ]),
      execute<LockedTicketClass & Counted>(manager, this.lockTicketClasses, [
        organizationIds,
        wanted.map(({ ticketClassId }) => ticketClassId),
      ]),
    );
    return { events: events.map(withSeats), ticketClasses: ticketClasses.map(withSeats) };
  }
}

function withSeats<Row extends Counted>(row: Row): Row & { seatsRemaining: number | null } {
  return { ...row, seatsRemaining: seatsRemaining(row.limit, row.held) };
}
