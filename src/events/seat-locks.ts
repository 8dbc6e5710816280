import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { inOneRoundTrip } from '../common/database/round-trip';
import { execute, givenRows, prepared, type Statement } from '../common/database/statements';
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
const WANTED = `IN (${givenRows('text', 'text')})`
  .replaceAll('$1', ':organizationIds')
  .replaceAll('$2', ':ids');

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
    const events = wanted.map(({ organizationId, eventId: id }) => ({ organizationId, id }));
    const classes = wanted.map(({ organizationId, ticketClassId: id }) => ({ organizationId, id }));
    const [lockedEvents, lockedClasses] = await inOneRoundTrip(
      execute<LockedEvent & Counted>(manager, this.lockEvents, distinct(events)),
      execute<LockedTicketClass & Counted>(manager, this.lockTicketClasses, distinct(classes)),
    );
    return { events: lockedEvents.map(withSeats), ticketClasses: lockedClasses.map(withSeats) };
  }
}

/** Organizations and ids, each pair once. The same id can be asked for by several organizations, one of which has it. */
function distinct(references: readonly { organizationId: string; id: string }[]): [string[], string[]] {
  const pairs = [...new Map(references.map((one) => [`${one.organizationId} ${one.id}`, one])).values()];
  return [pairs.map(({ organizationId }) => organizationId), pairs.map(({ id }) => id)];
}

function withSeats<Row extends Counted>(row: Row): Row & { seatsRemaining: number | null } {
  return { ...row, seatsRemaining: seatsRemaining(row.limit, row.held) };
}
