import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, Repository } from 'typeorm';
import type { Page, Window } from '../common/http/page';
import type { Contact } from '../contacts/contact.entity';
import type { Event } from '../events/event.entity';
import { Attendee } from './attendee.entity';
import type { AttendeeInFull } from './attendees.repository';
import { StatusChange } from './status-change.entity';

/** A status change with the ticket and the event that it is about. */
export type StatusChangeInFull = StatusChange & {
  attendee: AttendeeInFull & { ticketClass: { event: Event } };
};

@Injectable()
export class StatusChangesRepository {
  constructor(@InjectRepository(StatusChange) private readonly changes: Repository<StatusChange>) {}

  /** Writes what `Attendee.become` changed, and the change itself. */
  async write(manager: EntityManager, attendee: Attendee, change: StatusChange): Promise<void> {
    const { organizationId, id, status, checkedInAt, updatedAt } = attendee;
    await manager.update(Attendee, { organizationId, id }, { status, checkedInAt, updatedAt });
    await manager.insert(StatusChange, change);
  }

  async find(organizationId: string, attendeeId: string, id: string): Promise<StatusChangeInFull | null> {
    const change = await this.changes.findOne({
      where: { organizationId, attendeeId, id },
      relations: { attendee: { contact: true, ticketClass: { event: true } } },
    });
    return change as StatusChangeInFull | null;
  }

  /** Removes what was written to a contact about its tickets. */
  async removeMessages(manager: EntityManager, contact: Contact): Promise<void> {
    await manager
      .createQueryBuilder()
      .update(StatusChange)
      .set({ customMessage: null })
      .where('organization_id = :organizationId AND custom_message IS NOT NULL', contact)
      .andWhere(
        'attendee_id IN (SELECT id FROM attendees WHERE organization_id = :organizationId AND contact_id = :id)',
        contact,
      )
      .execute();
  }

  async list({ organizationId, id }: Attendee, window: Window): Promise<Page<StatusChange>> {
    const [rows, total] = await this.changes.findAndCount({
      where: { organizationId, attendeeId: id },
      order: { createdAt: 'DESC', id: 'DESC' },
      skip: window.offset,
      take: window.limit,
    });
    return { rows, total };
  }
}
