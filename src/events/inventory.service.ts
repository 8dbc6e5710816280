import { Injectable } from '@nestjs/common';
import { type EntityManager, In } from 'typeorm';
import { NOTHING_TO_SEND, type Sent, together } from '../common/database/round-trip';
import { execute, givenRows, type Statement } from '../common/database/statements';
import { Event } from './event.entity';
import { EventNotFound } from './events.errors';
import { CapacityExceeded } from './inventory.errors';
import { RefusedSeats } from './refused-seats';
import { SEAT_LOCK, SeatLocks, type WantedSeats } from './seat-locks';
import { TicketClass } from './ticket-class.entity';
import { TicketClassDeleted } from './ticket-classes.errors';

export interface Reference {
  organizationId: string;
  id: string;
}

/** How many seats change hands in one ticket class, and so in its event. Numbers may be negative. */
export interface SeatMove {
  organizationId: string;
  eventId: string;
  ticketClassId: string;
  sold: number;
  pending: number;
}

const LOCK = { mode: SEAT_LOCK } as const;

const MOVE_CLASSES: Statement = {
  name: 'inventory-move-classes',
  text: `
    UPDATE ticket_classes c
    SET quantity_sold = c.quantity_sold + m.sold, quantity_pending = c.quantity_pending + m.pending
    FROM ${givenRows('text', 'text', 'int', 'int')} AS m (organization_id, id, sold, pending)
    WHERE c.organization_id = m.organization_id AND c.id = m.id`,
};

const MOVE_EVENTS: Statement = {
  name: 'inventory-move-events',
  text: `
    UPDATE events e
    SET tickets_sold = e.tickets_sold + m.sold, tickets_pending = e.tickets_pending + m.pending
    FROM ${givenRows('text', 'text', 'int', 'int')} AS m (organization_id, id, sold, pending)
    WHERE e.organization_id = m.organization_id AND e.id = m.id`,
};

/**
 * The one place that locks and moves seat counters. Whoever takes or frees seats locks the events first and their
 * ticket classes after, each by ascending id: one order for everybody, so that nobody waits in a circle.
 */
@Injectable()
export class InventoryService {
  constructor(
    private readonly seatLocks: SeatLocks,
    private readonly refusedSeats: RefusedSeats,
  ) {}

  /** Locks many events and then their ticket classes, those that exist, and tells what seats they have left. */
  lockSeats(manager: EntityManager, wanted: readonly WantedSeats[]) {
    return this.seatLocks.lock(manager, wanted);
  }

  /** @throws EventNotFound */
  async lockEvent(manager: EntityManager, reference: Reference): Promise<Event> {
    const [event] = await this.lockEvents(manager, [reference]);
    if (!event) throw new EventNotFound();
    return event;
  }

  /** Locks the events that exist, for the rest of the transaction. */
  async lockEvents(manager: EntityManager, references: readonly Reference[]): Promise<Event[]> {
    if (references.length === 0) return [];
    return manager.find(Event, { where: anyOf(references), order: { id: 'ASC' }, lock: LOCK });
  }

  /** Locks the ticket classes that exist, deleted ones included. Lock their events first. */
  async lockTicketClasses(manager: EntityManager, references: readonly Reference[]): Promise<TicketClass[]> {
    if (references.length === 0) return [];
    return manager.find(TicketClass, { where: anyOf(references), order: { id: 'ASC' }, lock: LOCK });
  }

  /**
   * Asks for seats in a ticket class and its event, both locked. Numbers that come to nothing or less take no seat; a
   * deleted ticket class still lets go of the tickets that it has, but none of them is sold any more.
   *
   * @throws TicketClassDeleted, CapacityExceeded
   */
  assertRoom(
    event: Event,
    ticketClass: TicketClass,
    { sold, pending }: Pick<SeatMove, 'sold' | 'pending'>,
  ): void {
    if (ticketClass.status === 'deleted' && (sold > 0 || pending > 0)) throw new TicketClassDeleted();
    const requested = sold + pending;
    for (const [scope, { name, seatsRemaining: remaining }] of [
      ['ticket_class', ticketClass],
      ['event', event],
    ] as const) {
      if (remaining !== null && requested > remaining) {
        const error = new CapacityExceeded({ scope, name, requested, remaining });
        this.refusedSeats.count(error);
        throw error;
      }
    }
  }

  /** Applies moves to ticket classes and events that the transaction has locked. */
  move(manager: EntityManager, moves: readonly SeatMove[]): Sent<unknown> {
    const classes = total(moves, ({ ticketClassId }) => ticketClassId);
    const events = total(moves, ({ eventId }) => eventId);
    return together(applyMoves(manager, MOVE_CLASSES, classes), applyMoves(manager, MOVE_EVENTS, events));
  }
}

interface Total extends Reference {
  sold: number;
  pending: number;
}

function applyMoves(manager: EntityManager, statement: Statement, totals: Total[]): Sent<unknown> {
  if (totals.length === 0) return NOTHING_TO_SEND;
  return execute(manager, statement, [
    totals.map(({ organizationId }) => organizationId),
    totals.map(({ id }) => id),
    totals.map(({ sold }) => sold),
    totals.map(({ pending }) => pending),
  ]);
}

/** Adds the moves up per id and leaves out what comes to nothing. */
function total(moves: readonly SeatMove[], idOf: (move: SeatMove) => string): Total[] {
  const totals = new Map<string, Total>();
  for (const move of moves) {
    const id = idOf(move);
    const sum = totals.get(id) ?? { organizationId: move.organizationId, id, sold: 0, pending: 0 };
    sum.sold += move.sold;
    sum.pending += move.pending;
    totals.set(id, sum);
  }
  return [...totals.values()].filter(({ sold, pending }) => sold !== 0 || pending !== 0);
}

/** Both columns, because the primary key begins with the organization. Ids are unique, so no wrong pair can match. */
function anyOf(references: readonly Reference[]) {
  return {
    organizationId: In([...new Set(references.map(({ organizationId }) => organizationId))]),
    id: In([...new Set(references.map(({ id }) => id))]),
  };
}
