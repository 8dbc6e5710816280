import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, In, IsNull, Not, type Repository, type SelectQueryBuilder } from 'typeorm';
import { latestChangeLast } from '../common/database/change-feed';
import { KEEP_PLAN } from '../common/database/kept-plans';
import { countUpTo, newestFirst, SEARCH_COUNT_LIMIT } from '../common/database/page-query';
import { violatesUnique } from '../common/database/postgres-error';
import type { CursorPage, Window } from '../common/http/page';
import { ContactCount } from './contact-count.entity';
import { searchPattern } from './contact-search';
import { Contact, type PresentContact, UNKNOWN } from './contact.entity';
import { ContactEmailTaken } from './contacts.errors';

export interface ContactFilter {
  email?: string;
  /** Part of the name or of the e-mail address, in upper or lower case. */
  search?: string;
  tag?: string;
  updatedSince?: Date;
}

const PRESENT = { email: Not(IsNull()) };

@Injectable()
export class ContactsRepository {
  constructor(
    @InjectRepository(Contact) private readonly contacts: Repository<Contact>,
    @InjectRepository(ContactCount) private readonly counts: Repository<ContactCount>,
  ) {}

  async find(organizationId: string, id: string): Promise<PresentContact | null> {
    const contact = await this.contacts.findOne({
      where: { organizationId, id, ...PRESENT },
      comment: KEEP_PLAN,
    });
    return contact as PresentContact | null;
  }

  /** Contacts, erased ones too. Nobody erases them before the transaction ends. */
  findAndKeep(manager: EntityManager, organizationId: string, ids: readonly string[]): Promise<Contact[]> {
    return manager.find(Contact, {
      where: { organizationId, id: In(ids) },
      lock: { mode: 'for_key_share' },
    });
  }

  /** Locks a contact for the rest of the transaction. */
  async lock(manager: EntityManager, organizationId: string, id: string): Promise<PresentContact | null> {
    const contact = await manager.findOne(Contact, {
      where: { organizationId, id, ...PRESENT },
      lock: { mode: 'pessimistic_write' },
    });
    return contact as PresentContact | null;
  }

  /** Newest first, or with `updatedSince` latest change last. What is filtered is counted to a limit. */
  list(organizationId: string, filter: ContactFilter, window: Window): Promise<CursorPage<PresentContact>> {
    const query = this.matching(organizationId, filter);
    if (filter.updatedSince) return latestChangeLast(query, window);
    const { email, search, tag } = filter;
    if (search === undefined && tag === undefined) query.comment(KEEP_PLAN);
    const filtered = [email, search, tag].some((value) => value !== undefined);
    return newestFirst(query, window, (matching) =>
      filtered ? countUpTo(matching, SEARCH_COUNT_LIMIT) : this.count(organizationId),
    );
  }

  private matching(
    organizationId: string,
    { email, search, tag, updatedSince }: ContactFilter,
  ): SelectQueryBuilder<PresentContact> {
    const query = this.contacts
      .createQueryBuilder('contact')
      .where('contact.organizationId = :organizationId AND contact.email IS NOT NULL', { organizationId });
    if (email !== undefined) query.andWhere('contact.email = :email', { email });
    if (search !== undefined) {
      query.andWhere('contact.searchText LIKE lower(:pattern)', { pattern: searchPattern(search) });
    }
    // The second condition is that of the index.
    if (tag !== undefined) {
      query.andWhere('contact.tags @> ARRAY[:tag] AND array_length(contact.tags, 1) IS NOT NULL', { tag });
    }
    if (updatedSince) query.andWhere('contact.updatedAt >= :updatedSince', { updatedSince });
    return query as SelectQueryBuilder<PresentContact>;
  }

  private async count(organizationId: string): Promise<number> {
    return (await this.counts.sum('contacts', { organizationId })) ?? 0;
  }

  /** @throws ContactEmailTaken */
  async insert(manager: EntityManager, contact: Contact): Promise<void> {
    await manager.insert(Contact, contact).catch(refuseTakenEmail);
  }

  /**
   * Writes changes to a contact that the transaction has locked.
   *
   * @throws ContactEmailTaken
   */
  async update(
    manager: EntityManager,
    { organizationId, id }: Contact,
    changes: Partial<Contact>,
  ): Promise<void> {
    await manager.update(Contact, { organizationId, id }, changes).catch(refuseTakenEmail);
  }

  /** Leaves nothing but the row. */
  async erase(manager: EntityManager, { organizationId, id }: Contact, at: Date): Promise<void> {
    await manager.update(Contact, { organizationId, id }, { ...UNKNOWN, status: 'inactive', updatedAt: at });
  }
}

function refuseTakenEmail(error: unknown): never {
  if (violatesUnique(error, 'contacts_email_unique')) throw new ContactEmailTaken();
  throw error;
}
