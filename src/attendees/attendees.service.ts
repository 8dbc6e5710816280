import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { CursorPage, Window } from '../common/http/page';
import { ContactsService } from '../contacts/contacts.service';
import type { Event } from '../events/event.entity';
import { EventsService } from '../events/events.service';
import { TicketClassesService } from '../events/ticket-classes.service';
import { ATTENDEE_STATUSES, type AttendeeStatus, SEAT_OF_STATUS } from './attendee.entity';
import { type AttendeeFilter, AttendeeListsRepository } from './attendee-lists.repository';
import { AttendeeNotFound } from './attendees.errors';
import { type AttendeeInFull, AttendeesRepository, type ShownAttendee } from './attendees.repository';

@Injectable()
export class AttendeesService {
  constructor(
    private readonly repository: AttendeesRepository,
    private readonly lists: AttendeeListsRepository,
    private readonly events: EventsService,
    private readonly contacts: ContactsService,
    private readonly ticketClasses: TicketClassesService,
  ) {}

  /** Newest first, or with `updatedSince` latest change last. @throws EventNotFound */
  async list(
    organizationId: string,
    eventId: string,
    filter: AttendeeFilter,
    window: Window,
  ): Promise<CursorPage<ShownAttendee>> {
    const event = await this.events.get(organizationId, eventId);
    if (filter.updatedSince) return this.lists.changes(organizationId, eventId, filter, window);
    const finding = this.lists.newestFirst(organizationId, eventId, filter, window);
    // Both parts of a search take their time, so they take it at the same time.
    if (filter.search !== undefined) {
      const [page, total] = await Promise.all([finding, this.count(event, filter)]);
      return { ...page, total };
    }
    const page = await finding;
    const whole = page.nextCursor === null && window.cursor === undefined && window.offset === 0;
    return { ...page, total: whole ? page.rows.length : await this.count(event, filter) };
  }

  /** On all events, newest first. @throws ContactNotFound */
  async listOfContact(
    organizationId: string,
    contactId: string,
    statuses: readonly AttendeeStatus[],
    window: Window,
  ): Promise<CursorPage<ShownAttendee>> {
    await this.contacts.get(organizationId, contactId);
    return this.repository.listOfContact(organizationId, contactId, statuses, window);
  }

  /** @throws EventNotFound, AttendeeNotFound */
  async get(organizationId: string, eventId: string, id: string): Promise<AttendeeInFull> {
    await this.events.get(organizationId, eventId);
    const attendee = await this.repository.find(organizationId, eventId, id);
    if (!attendee || attendee.status === 'deleted') throw new AttendeeNotFound();
    return attendee;
  }

  /**
   * Those of these that exist, deleted ones too, for who keeps what it reads here: a contact that is erased meanwhile is
   * erased after the transaction, which `ContactErasure` then looks through.
   */
  read(manager: EntityManager, organizationId: string, ids: readonly string[]): Promise<AttendeeInFull[]> {
    return this.repository.findAndKeepContacts(manager, organizationId, ids);
  }

  /** How many match. Seat counters answer the usual question, whatever the number; the index answers the rest. */
  private async count(event: Event, filter: AttendeeFilter): Promise<number> {
    const counters = await this.countersFor(event, filter);
    const { counted, rest } = counters
      ? countBySeat(filter.statuses, counters)
      : { counted: 0, rest: filter.statuses };
    if (rest.length === 0) return counted;
    return counted + (await this.lists.count(event.organizationId, event.id, { ...filter, statuses: rest }));
  }

  /** The seat counters of what the filter selects; null when there are none for it. */
  private async countersFor(event: Event, filter: AttendeeFilter): Promise<SeatCounters | null> {
    const { ticketClassId, email, contactId, paymentId, search } = filter;
    if ([email, contactId, paymentId, search].some((value) => value !== undefined)) return null;
    if (ticketClassId === undefined) return { sold: event.ticketsSold, pending: event.ticketsPending };
    const ticketClass = await this.ticketClasses.find(event, ticketClassId);
    return ticketClass && { sold: ticketClass.quantitySold, pending: ticketClass.quantityPending };
  }
}

type SeatCounters = Record<'sold' | 'pending', number>;

/** How many tickets the counters know of, and the statuses that they do not tell apart or do not count. */
function countBySeat(statuses: readonly AttendeeStatus[], counters: SeatCounters) {
  let counted = 0;
  let rest = [...statuses];
  for (const seat of ['sold', 'pending'] as const) {
    const ofSeat = ATTENDEE_STATUSES.filter((status) => SEAT_OF_STATUS[status] === seat);
    if (!ofSeat.every((status) => rest.includes(status))) continue;
    counted += counters[seat];
    rest = rest.filter((status) => SEAT_OF_STATUS[status] !== seat);
  }
  return { counted, rest };
}
