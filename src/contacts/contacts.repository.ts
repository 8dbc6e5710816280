import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, Repository } from 'typeorm';
import { newestFirst } from '../common/database/page-query';
import { violatesUnique } from '../common/database/postgres-error';
import type { CursorPage, Window } from '../common/http/page';
import { Contact } from './contact.entity';
import { ContactEmailTaken } from './contacts.errors';

export interface ContactFilter {
  email?: string;
}

@Injectable()
export class ContactsRepository {
  constructor(@InjectRepository(Contact) private readonly contacts: Repository<Contact>) {}

  find(organizationId: string, id: string): Promise<Contact | null> {
    return this.contacts.findOneBy({ organizationId, id });
  }

  list(organizationId: string, { email }: ContactFilter, window: Window): Promise<CursorPage<Contact>> {
    const query = this.contacts
      .createQueryBuilder('contact')
      .where('contact.organizationId = :organizationId', { organizationId });
    if (email) query.andWhere('contact.email = :email', { email });
    return newestFirst(query, window);
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
}
