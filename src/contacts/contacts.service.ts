import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { transactionTime } from '../common/database/statements';
import type { CursorPage, Window } from '../common/http/page';
import { newId } from '../common/ids/ids';
import { DomainEvents } from '../domain-events/domain-events';
import { Contact, type PresentContact, UNKNOWN } from './contact.entity';
import { contactUpdated } from './contact-updated';
import { ContactNotFound } from './contacts.errors';
import { type ContactFilter, ContactsRepository } from './contacts.repository';

/** What a client may write. */
export type ContactChanges = Partial<Pick<PresentContact, keyof typeof UNKNOWN | 'status'>>;

export type NewContact = ContactChanges & Pick<PresentContact, 'email'>;

@Injectable()
export class ContactsService {
  constructor(
    private readonly repository: ContactsRepository,
    private readonly domainEvents: DomainEvents,
  ) {}

  /** Newest first, or with `updatedSince` latest change last. */
  list(organizationId: string, filter: ContactFilter, window: Window): Promise<CursorPage<PresentContact>> {
    return this.repository.list(organizationId, filter, window);
  }

  /** @throws ContactNotFound */
  async get(organizationId: string, id: string): Promise<PresentContact> {
    const contact = await this.repository.find(organizationId, id);
    if (!contact) throw new ContactNotFound();
    return contact;
  }

  /** Those of these that exist, erased ones too, for who keeps what it reads here: see `AttendeesService.read`. */
  read(manager: EntityManager, organizationId: string, ids: readonly string[]): Promise<Contact[]> {
    return this.repository.findAndKeep(manager, organizationId, ids);
  }

  /** @throws ContactEmailTaken */
  async create(manager: EntityManager, organizationId: string, wanted: NewContact): Promise<PresentContact> {
    const now = await transactionTime(manager);
    const contact = Object.assign(new Contact(), {
      ...UNKNOWN,
      status: 'active' as const,
      ...wanted,
      organizationId,
      id: newId('contact'),
      createdAt: now,
      updatedAt: now,
    });
    await this.repository.insert(manager, contact);
    await this.domainEvents.record(manager, contactUpdated(contact));
    return contact;
  }

  /** @throws ContactNotFound, ContactEmailTaken */
  async update(
    manager: EntityManager,
    organizationId: string,
    id: string,
    changes: ContactChanges,
  ): Promise<PresentContact> {
    const contact = await this.repository.lock(manager, organizationId, id);
    if (!contact) throw new ContactNotFound();
    const written = { ...changes, updatedAt: await transactionTime(manager) };
    await this.repository.update(manager, contact, written);
    Object.assign(contact, written);
    await this.domainEvents.record(manager, contactUpdated(contact));
    return contact;
  }
}
