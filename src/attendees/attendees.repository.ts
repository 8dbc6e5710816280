import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, In, type Repository, type SelectQueryBuilder } from 'typeorm';
import { KEEP_PLAN } from '../common/database/kept-plans';
import { inOneRoundTrip } from '../common/database/round-trip';
import { execute, type Statement, transactionTime } from '../common/database/statements';
import { COUNT_LIMIT, countUpTo, newestFirst } from '../common/database/page-query';
import type { CursorPage, Window } from '../common/http/page';
import type { Contact } from '../contacts/contact.entity';
import { Attendee, type AttendeeStatus } from './attendee.entity';
import type { ViewableAttendee } from './attendee.view';

/** An attendee with the ticket class and contact that it names. */
export type AttendeeInFull = Attendee & Required<Pick<Attendee, 'ticketClass' | 'contact'>>;

/** An attendee with what it shows of its ticket class and contact. */
export type ShownAttendee = Omit<Attendee, 'ticketClass' | 'contact'> & ViewableAttendee;

/** Names a ticket of an event. */
export type AttendeeReference = Pick<Attendee, 'organizationId' | 'eventId'> &
  ({ id: string } | { barcode: string });

type LockedRow = Omit<ShownAttendee, 'ticketClass' | 'contact' | 'become'> &
  Omit<ShownAttendee['contact'], 'id'> & { ticketClassName: string };

const lockBy = (column: 'id' | 'barcode'): Statement => ({
  name: `attendees-lock-by-${column}`,
  text: `
    SELECT FROM attendees WHERE organization_id = $1 AND event_id = $2 AND ${column} = $3 FOR NO KEY UPDATE`,
});

const readBy = (column: 'id' | 'barcode'): Statement => ({
  name: `attendees-read-by-${column}`,
  text: `
    SELECT a.organization_id AS "organizationId", a.id, a.event_id AS "eventId", a.ticket_class_id AS "ticketClassId",
           a.contact_id AS "contactId", a.payment_id AS "paymentId", a.status, a.payment_method AS "paymentMethod",
           a.barcode, a.checked_in_at AS "checkedInAt", a.created_at AS "createdAt", a.updated_at AS "updatedAt",
           t.name AS "ticketClassName", c.first_name AS "firstName", c.last_name AS "lastName", c.email
    FROM attendees a
    JOIN ticket_classes t ON t.organization_id = a.organization_id AND t.id = a.ticket_class_id
    JOIN contacts c ON c.organization_id = a.organization_id AND c.id = a.contact_id
    WHERE a.organization_id = $1 AND a.event_id = $2 AND a.${column} = $3`,
});

const LOCK_OF_CONTACT: Statement = {
  name: 'attendees-lock-of-contact',
  text: `SELECT id FROM attendees WHERE organization_id = $1 AND contact_id = $2 ORDER BY id FOR NO KEY UPDATE`,
};

const LOCK = { id: lockBy('id'), barcode: lockBy('barcode') };
const READ = { id: readBy('id'), barcode: readBy('barcode') };

@Injectable()
export class AttendeesRepository {
  constructor(@InjectRepository(Attendee) private readonly attendees: Repository<Attendee>) {}

  async find(organizationId: string, eventId: string, id: string): Promise<AttendeeInFull | null> {
    const attendee = await this.attendees.findOne({
      where: { organizationId, eventId, id },
      relations: { ticketClass: true, contact: true },
      comment: KEEP_PLAN,
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
  ): Promise<CursorPage<ShownAttendee>> {
    const query = asShown(this.attendees.createQueryBuilder('attendee'))
      .where('attendee.organizationId = :organizationId AND attendee.contactId = :contactId', {
        organizationId,
        contactId,
      })
      .andWhere('attendee.status IN (:...statuses)', { statuses })
      .comment(KEEP_PLAN);
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
  async lock(manager: EntityManager, reference: AttendeeReference): Promise<ShownAttendee | null> {
    const [column, value] =
      'id' in reference ? (['id', reference.id] as const) : (['barcode', reference.barcode] as const);
    const values = [reference.organizationId, reference.eventId, value];
    const [locked, [row]] = await inOneRoundTrip(
      execute(manager, LOCK[column], values),
      execute<LockedRow>(manager, READ[column], values),
    );
    if (locked.length === 0 || !row) return null;
    const { ticketClassName, firstName, lastName, email, ...columns } = row;
    return Object.assign(new Attendee(), {
      ...columns,
      ticketClass: { id: row.ticketClassId, name: ticketClassName },
      contact: { id: row.contactId, firstName, lastName, email },
    });
  }

  /** Marks all tickets of a contact as changed, once nobody else is changing one of them. */
  async touchThoseOf(
    manager: EntityManager,
    { organizationId, id: contactId }: Contact,
  ): Promise<{ ids: string[]; at: Date }> {
    const [rows, at] = await inOneRoundTrip(
      execute<{ id: string }>(manager, LOCK_OF_CONTACT, [organizationId, contactId]),
      transactionTime(manager),
    );
    await manager.update(Attendee, { organizationId, contactId }, { updatedAt: at });
    return { ids: rows.map(({ id }) => id), at };
  }
}

/** With the ticket class and contact that attendees name. */
function inFull(query: SelectQueryBuilder<Attendee>): SelectQueryBuilder<AttendeeInFull> {
  return query
    .innerJoinAndSelect('attendee.contact', 'contact')
    .innerJoinAndSelect('attendee.ticketClass', 'ticket_class') as SelectQueryBuilder<AttendeeInFull>;
}

/** For lists: of the ticket class and the contact no more than attendees show, which is a quarter of their columns. */
export function asShown(query: SelectQueryBuilder<Attendee>): SelectQueryBuilder<ShownAttendee> {
  const shown = query
    .innerJoin('attendee.contact', 'contact')
    .addSelect(['organizationId', 'id', 'firstName', 'lastName', 'email'].map((name) => `contact.${name}`))
    .innerJoin('attendee.ticketClass', 'ticket_class')
    .addSelect(['organizationId', 'id', 'name'].map((name) => `ticket_class.${name}`));
  return shown as unknown as SelectQueryBuilder<ShownAttendee>;
}
