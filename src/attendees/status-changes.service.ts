import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { inOneRoundTrip } from '../common/database/round-trip';
import { transactionTime } from '../common/database/statements';
import { withCommit } from '../common/database/transactions';
import type { Page, Window } from '../common/http/page';
import { newId } from '../common/ids/ids';
import { DomainEvents } from '../domain-events/domain-events';
import { InventoryService } from '../events/inventory.service';
import { Outbox } from '../notifications/outbox';
import { type AttendeeStatus, seatsMoved } from './attendee.entity';
import { newsOfStatus } from './attendee-news';
import { AttendeeNotFound } from './attendees.errors';
import { AttendeesRepository, type ShownAttendee } from './attendees.repository';
import { AttendeesService } from './attendees.service';
import { STATUS_CHANGED } from './messages';
import { StatusChange } from './status-change.entity';
import {
  type BecameAnother,
  type ChangeWithAttendee,
  StatusChangesRepository,
} from './status-changes.repository';

/** What a client asks for. */
export interface ChangeStatus {
  organizationId: string;
  apiKeyId: string;
  eventId: string;
  attendeeId: string;
  to: AttendeeStatus;
  notifyGuest: boolean;
  customMessage: string | null;
}

@Injectable()
export class StatusChangesService {
  constructor(
    private readonly inventory: InventoryService,
    private readonly attendees: AttendeesService,
    private readonly repository: AttendeesRepository,
    private readonly changes: StatusChangesRepository,
    private readonly outbox: Outbox,
    private readonly domainEvents: DomainEvents,
  ) {}

  /**
   * Gives a ticket another status and moves its seat. The status that it has already changes nothing.
   *
   * @throws EventNotFound, AttendeeNotFound, InvalidTransition, TicketClassDeleted, CapacityExceeded
   */
  async change(manager: EntityManager, command: ChangeStatus): Promise<ShownAttendee> {
    const { event, ticketClass, attendee } = await this.lock(manager, command);
    const { organizationId, eventId, ticketClassId, status: from } = attendee;
    const now = await transactionTime(manager);
    if (!attendee.become(command.to, now)) return attendee;

    const seats = seatsMoved(from, command.to);
    this.inventory.assertRoom(event, ticketClass, seats);
    await this.inventory.move(manager, [{ organizationId, eventId, ticketClassId, ...seats }]);
    const change = await this.record(manager, attendee, from, command);
    if (command.notifyGuest) {
      const payload = { attendee_id: attendee.id, status_change_id: change.id };
      await this.outbox.add(manager, [{ organizationId, type: STATUS_CHANGED, payload }]);
    }
    return attendee;
  }

  /** Writes a ticket that became another status, and its history, and tells of it. */
  async record(
    manager: EntityManager,
    attendee: BecameAnother,
    from: AttendeeStatus,
    { apiKeyId, customMessage }: Pick<ChangeStatus, 'apiKeyId' | 'customMessage'>,
  ): Promise<StatusChange> {
    const change = new StatusChange();
    Object.assign(change, {
      organizationId: attendee.organizationId,
      attendeeId: attendee.id,
      id: newId('statusChange'),
      from,
      to: attendee.status,
      apiKeyId,
      customMessage,
      createdAt: attendee.updatedAt,
    } satisfies StatusChange);
    const { organizationId, id, status, updatedAt } = attendee;
    const type = newsOfStatus(status);
    const [audience] = await inOneRoundTrip(
      this.domainEvents.audience(manager, [type], [organizationId]),
      this.changes.write(manager, attendee, change),
    );
    const news = audience.messages(() => [{ type, organizationId, ids: [id], occurredAt: updatedAt }]);
    withCommit(manager, this.outbox.add(manager, news));
    return change;
  }

  /** Null for a ticket that has the status with which it was made. */
  findLatest(
    manager: EntityManager,
    organizationId: string,
    attendeeId: string,
  ): Promise<ChangeWithAttendee | null> {
    return this.changes.findLatest(manager, organizationId, attendeeId);
  }

  /** Newest first. */
  async history(
    organizationId: string,
    eventId: string,
    attendeeId: string,
    window: Window,
  ): Promise<Page<StatusChange>> {
    return this.changes.list(await this.attendees.get(organizationId, eventId, attendeeId), window);
  }

  /** Locks the ticket and, before it, the counters of its seat: only who holds them may change its class. */
  private async lock(manager: EntityManager, { organizationId, eventId, attendeeId }: ChangeStatus) {
    const event = await this.inventory.lockEvent(manager, { organizationId, id: eventId });
    const reference = { organizationId, eventId, id: attendeeId };
    const ticketClassId = await this.repository.findTicketClassId(manager, reference);
    if (!ticketClassId) throw new AttendeeNotFound();
    const [ticketClass] = await this.inventory.lockTicketClasses(manager, [
      { organizationId, id: ticketClassId },
    ]);
    const attendee = await this.repository.lock(manager, reference);
    if (!attendee || attendee.status === 'deleted') throw new AttendeeNotFound();
    return { event, ticketClass: ticketClass!, attendee };
  }
}
