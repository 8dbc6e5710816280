import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, Repository } from 'typeorm';
import { type Sent, together } from '../common/database/round-trip';
import { execute, type Statement } from '../common/database/statements';
import type { Page, Window } from '../common/http/page';
import type { Contact } from '../contacts/contact.entity';
import type { Attendee } from './attendee.entity';
import { StatusChange } from './status-change.entity';

/** A status change with the ticket that it is about. */
export type ChangeWithAttendee = StatusChange & Required<Pick<StatusChange, 'attendee'>>;

/** What `Attendee.become` changes. */
export type BecameAnother = Pick<Attendee, 'organizationId' | 'id' | 'status' | 'checkedInAt' | 'updatedAt'>;

const NEWEST_FIRST = { createdAt: 'DESC', id: 'DESC' } as const;

const BECOME: Statement = {
  name: 'status-changes-become',
  text: `
    UPDATE attendees SET status = $3, checked_in_at = $4, updated_at = $5 WHERE organization_id = $1 AND id = $2`,
};

const NOTE: Statement = {
  name: 'status-changes-note',
  text: `
    INSERT INTO attendee_status_changes
      (organization_id, attendee_id, id, from_status, to_status, api_key_id, custom_message, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
};

@Injectable()
export class StatusChangesRepository {
  constructor(@InjectRepository(StatusChange) private readonly changes: Repository<StatusChange>) {}

  /** Writes what `Attendee.become` changed, and the change itself. */
  write(manager: EntityManager, attendee: BecameAnother, change: StatusChange): Sent<unknown> {
    const { organizationId, id, status, checkedInAt, updatedAt } = attendee;
    const { id: changeId, from, to, apiKeyId, customMessage, createdAt } = change;
    return together(
      execute(manager, BECOME, [organizationId, id, status, checkedInAt, updatedAt]),
      execute(manager, NOTE, [organizationId, id, changeId, from, to, apiKeyId, customMessage, createdAt]),
    );
  }

  async findLatest(
    manager: EntityManager,
    organizationId: string,
    attendeeId: string,
  ): Promise<ChangeWithAttendee | null> {
    const change = await manager.findOne(StatusChange, {
      where: { organizationId, attendeeId },
      relations: { attendee: true },
      order: NEWEST_FIRST,
    });
    return change as ChangeWithAttendee | null;
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
      order: NEWEST_FIRST,
      skip: window.offset,
      take: window.limit,
    });
    return { rows, total };
  }
}
