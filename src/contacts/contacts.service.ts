import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { transactionTime } from '../common/database/statements';
import type { CursorPage, Window } from '../common/http/page';
import { newId } from '../common/ids/ids';
import { Contact, type PresentContact, UNKNOWN } from './contact.entity';
import { ContactNotFound } from './contacts.errors';
import { type ContactFilter, ContactsRepository } from './contacts.repository';

/** What a client may write. */
export type ContactChanges = Partial<Pick<PresentContact, keyof typeof UNKNOWN | 'status'>>;

export type NewContact = ContactChanges & Pick<PresentContact, 'email'>;

@Injectable()
export class ContactsService {
  constructor(private readonly repository: ContactsRepository) {}

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
    return Object.assign(contact, written);
  }
}
