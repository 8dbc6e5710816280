import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { transactionTime } from '../common/database/statements';
import type { CursorPage, Window } from '../common/http/page';
import { newId } from '../common/ids/ids';
import { Contact, type PresentContact, UNKNOWN } from './contact.entity';
import { ContactNotFound } from './contacts.errors';
import { type ContactFilter, ContactsRepository } from './contacts.repository';

export type NewContact = Pick<PresentContact, 'email'> &
  Partial<Pick<Contact, 'firstName' | 'lastName' | 'phoneNumber'>>;

@Injectable()
export class ContactsService {
  constructor(private readonly repository: ContactsRepository) {}

  list(organizationId: string, filter: ContactFilter, window: Window): Promise<CursorPage<PresentContact>> {
    return this.repository.list(organizationId, filter, window);
  }

  async get(organizationId: string, id: string): Promise<PresentContact> {
    const contact = await this.repository.find(organizationId, id);
    if (!contact) throw new ContactNotFound();
    return contact;
  }

  /** @throws ContactEmailTaken */
  async create(manager: EntityManager, organizationId: string, wanted: NewContact): Promise<PresentContact> {
    const now = await transactionTime(manager);
    const contact = new Contact();
    Object.assign(contact, {
      organizationId,
      id: newId('contact'),
      ...UNKNOWN,
      email: wanted.email,
      firstName: wanted.firstName ?? null,
      lastName: wanted.lastName ?? null,
      phoneNumber: wanted.phoneNumber ?? null,
      status: 'active',
      createdAt: now,
      updatedAt: now,
    } satisfies Contact);
    await this.repository.insert(manager, contact);
    return contact as PresentContact;
  }
}
