import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, IsNull, Not, type Repository, type SelectQueryBuilder } from 'typeorm';
import { newestFirst } from '../common/database/page-query';
import { violatesUnique } from '../common/database/postgres-error';
import type { CursorPage, Window } from '../common/http/page';
import { Contact, type PresentContact, UNKNOWN } from './contact.entity';
import { ContactEmailTaken } from './contacts.errors';

export interface ContactFilter {
  email?: string;
}

const PRESENT = { email: Not(IsNull()) };

@Injectable()
export class ContactsRepository {
  constructor(@InjectRepository(Contact) private readonly contacts: Repository<Contact>) {}

  async find(organizationId: string, id: string): Promise<PresentContact | null> {
    const contact = await this.contacts.findOneBy({ organizationId, id, ...PRESENT });
    return contact as PresentContact | null;
  }

  /** Locks a contact for the rest of the transaction. */
  async lock(manager: EntityManager, organizationId: string, id: string): Promise<PresentContact | null> {
    const contact = await manager.findOne(Contact, {
      where: { organizationId, id, ...PRESENT },
      lock: { mode: 'pessimistic_write' },
    });
    return contact as PresentContact | null;
  }

  list(
    organizationId: string,
    { email }: ContactFilter,
    window: Window,
  ): Promise<CursorPage<PresentContact>> {
    const query = this.contacts
      .createQueryBuilder('contact')
      .where('contact.organizationId = :organizationId AND contact.email IS NOT NULL', { organizationId });
    if (email) query.andWhere('contact.email = :email', { email });
    return newestFirst(query as SelectQueryBuilder<PresentContact>, window);
  }

  /** @throws ContactEmailTaken */
  async insert(manager: EntityManager, contact: Contact): Promise<void> {
    try {
      await manager.insert(Contact, contact);
    } catch (error) {
      if (violatesUnique(error, 'contacts_email_unique')) throw new ContactEmailTaken();
      throw error;
    }
  }

  /** Leaves nothing but the row. */
  async erase(manager: EntityManager, { organizationId, id }: Contact, at: Date): Promise<void> {
    await manager.update(Contact, { organizationId, id }, { ...UNKNOWN, status: 'inactive', updatedAt: at });
  }
}
