import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { ContactErasure } from '../contacts/contact-erasure';
import type { Contact } from '../contacts/contact.entity';
import { DomainEvents } from '../domain-events/domain-events';
import { AttendeesRepository } from './attendees.repository';
import { CheckInAnswersRepository } from './check-in-answers.repository';
import { StatusChangesRepository } from './status-changes.repository';

/** Tickets of an erased contact stay as anonymous seats. */
@Injectable()
export class AttendeeErasure implements OnModuleInit {
  constructor(
    private readonly erasure: ContactErasure,
    private readonly attendees: AttendeesRepository,
    private readonly changes: StatusChangesRepository,
    private readonly checkInAnswers: CheckInAnswersRepository,
    private readonly domainEvents: DomainEvents,
  ) {}

  onModuleInit(): void {
    this.erasure.register((manager, contact) => this.makeAnonymous(manager, contact));
  }

  private async makeAnonymous(manager: EntityManager, contact: Contact): Promise<void> {
    const { ids, at } = await this.attendees.touchThoseOf(manager, contact);
    await this.changes.removeMessages(manager, contact);
    await this.checkInAnswers.forget(manager, contact);
    const { organizationId } = contact;
    await this.domainEvents.record(manager, {
      type: 'attendee.updated',
      organizationId,
      ids,
      occurredAt: at,
    });
  }
}
