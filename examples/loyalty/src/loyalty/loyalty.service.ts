import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { transactionTime } from '../common/database/statements';
import type { CursorPage, Window } from '../common/http/page';
import { newId } from '../common/ids/ids';
import { ContactNotFound } from '../contacts/contacts.errors';
import { ContactsService } from '../contacts/contacts.service';
import type { LoyaltyAccount } from './loyalty-account.entity';
import { LOYALTY_ENTRY, LoyaltyEntry } from './loyalty-entry.entity';
import { NotEnoughPoints } from './loyalty.errors';
import { LoyaltyRepository } from './loyalty.repository';

@Injectable()
export class LoyaltyService {
  constructor(
    private readonly repository: LoyaltyRepository,
    private readonly contacts: ContactsService,
  ) {}

  /** Null for a contact that has not earned anything yet. @throws ContactNotFound */
  async get(organizationId: string, contactId: string): Promise<LoyaltyAccount | null> {
    await this.contacts.get(organizationId, contactId);
    return this.repository.find(organizationId, contactId);
  }

  /** Newest first. @throws ContactNotFound */
  async listEntries(
    organizationId: string,
    contactId: string,
    window: Window,
  ): Promise<CursorPage<LoyaltyEntry>> {
    await this.contacts.get(organizationId, contactId);
    return this.repository.listEntries(organizationId, contactId, window);
  }

  /** @throws ContactNotFound, NotEnoughPoints */
  async redeem(
    manager: EntityManager,
    organizationId: string,
    contactId: string,
    points: number,
  ): Promise<LoyaltyEntry> {
    const [contact] = await this.contacts.read(manager, organizationId, [contactId]);
    if (!contact || contact.email === null) throw new ContactNotFound();
    const account = await this.repository.lock(manager, organizationId, contactId);
    if (!account) throw new NotEnoughPoints(points, 0);
    account.redeem(points);
    const entry = Object.assign(new LoyaltyEntry(), {
      organizationId,
      id: newId(LOYALTY_ENTRY),
      contactId,
      attendeeId: null,
      points: -points,
      createdAt: await transactionTime(manager),
    });
    await this.repository.redeem(manager, account, entry);
    return entry;
  }
}
