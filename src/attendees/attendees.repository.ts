import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, In, type Repository, type SelectQueryBuilder } from 'typeorm';
import { COUNT_LIMIT, countUpTo, newestFirst } from '../common/database/page-query';
import type { CursorPage, Window } from '../common/http/page';
import type { Contact } from '../contacts/contact.entity';
import { Attendee, type AttendeeStatus } from './attendee.entity';

/** An attendee with the ticket class and contact that it names. */
export type AttendeeInFull = Attendee & Required<Pick<Attendee, 'ticketClass' | 'contact'>>;

/** Names a ticket of an event. */
export type AttendeeReference = Pick<Attendee, 'organizationId' | 'eventId'> &
  ({ id: string } | { barcode: string });

@Injectable()
export class AttendeesRepository {
  constructor(@InjectRepository(Attendee) private readonly attendees: Repository<Attendee>) {}

  async find(organizationId: string, eventId: string, id: string): Promise<AttendeeInFull | null> {
    const attendee = await this.attendees.findOne({
      where: { organizationId, eventId, id },
      relations: { ticketClass: true, contact: true },
    });
    return attendee as AttendeeInFull | null;
  }

  /** Tickets, deleted ones too. Nobody erases their contacts before the transaction ends. */
  findAndKeepContacts(
    manager: EntityManager,
    organizationId: string,
    ids: readonly string[],
  ): Promise<AttendeeInFull[]> {
    return inFull(manager.createQueryBuilder(Attendee, 'attendee'))
      .where({ organizationId, id: In(ids) })
      .setLock('for_key_share', undefined, ['contact'])
      .getMany();
  }

  /** The tickets of a contact on all events, newest first. */
  listOfContact(
    organizationId: string,
    contactId: string,
    statuses: readonly AttendeeStatus[],
    window: Window,
  ): Promise<CursorPage<AttendeeInFull>> {
    const query = inFull(this.attendees.createQueryBuilder('attendee'))
      .where('attendee.organizationId = :organizationId AND attendee.contactId = :contactId', {
        organizationId,
        contactId,
      })
      .andWhere('attendee.status IN (:...statuses)', { statuses });
    return newestFirst(query, window, (matching) => countUpTo(matching, COUNT_LIMIT));
  }

  /** The class of a ticket, for who must lock that before the ticket. */
  async findTicketClassId(manager: EntityManager, reference: AttendeeReference): Promise<string | null> {
    const attendee = await manager.findOne(Attendee, { where: reference, select: { ticketClassId: true } });
    return attendee && attendee.ticketClassId;
  }

  /**
   * Locks a ticket, whatever its status, for the rest of the transaction. What it names is read after the lock is
   * granted: until then the ticket may have got another class.
   */
  async lock(manager: EntityManager, reference: AttendeeReference): Promise<AttendeeInFull | null> {
    const locked = await manager.findOne(Attendee, {
      where: reference,
      lock: { mode: 'for_no_key_update' },
    });
    if (!locked) return null;
    const attendee = await manager.findOne(Attendee, {
      where: reference,
      relations: { ticketClass: true, contact: true },
    });
    return attendee as AttendeeInFull | null;
  }

  /** Marks all tickets of a contact as changed, and so waits for whoever is changing one of them. Returns their ids. */
  async touchThoseOf(manager: EntityManager, contact: Contact, at: Date): Promise<string[]> {
    const result = await manager
      .createQueryBuilder()
      .update(Attendee)
      .set({ updatedAt: at })
      .where('organizationId = :organizationId AND contactId = :id', contact)
      .returning('id')
      .execute();
    return (result.raw as { id: string }[]).map(({ id }) => id);
  }
}

/** With the ticket class and contact that attendees name. */
export function inFull(query: SelectQueryBuilder<Attendee>): SelectQueryBuilder<AttendeeInFull> {
  return query
    .innerJoinAndSelect('attendee.contact', 'contact')
    .innerJoinAndSelect('attendee.ticketClass', 'ticket_class') as SelectQueryBuilder<AttendeeInFull>;
}
