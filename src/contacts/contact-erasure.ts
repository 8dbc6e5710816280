import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { transactionTime } from '../common/database/statements';
import { IdempotencyStore } from '../common/idempotency/idempotency.store';
import { DomainEvents } from '../domain-events/domain-events';
import type { Contact } from './contact.entity';
import { contactUpdated } from './contact-updated';
import { ContactNotFound } from './contacts.errors';
import { ContactsRepository } from './contacts.repository';

/** Removes what a feature keeps of a person. The contact is locked, so nothing new about it can come meanwhile. */
export type ErasureStep = (manager: EntityManager, contact: Contact) => Promise<void>;

/**
 * Erases people. What stands above contacts, and keeps something of a person in rows of its own, registers how to
 * remove it; this module knows none of them.
 */
@Injectable()
export class ContactErasure {
  private readonly steps: ErasureStep[] = [];

  constructor(
    private readonly repository: ContactsRepository,
    private readonly idempotency: IdempotencyStore,
    private readonly domainEvents: DomainEvents,
  ) {}

  register(step: ErasureStep): void {
    this.steps.push(step);
  }

  /**
   * Whoever writes about this contact right now is waited for, and what it wrote is erased, too: each statement after
   * a lock sees what was committed before the lock was granted. Whoever comes later finds nobody.
   *
   * @throws ContactNotFound
   */
  async erase(manager: EntityManager, organizationId: string, id: string): Promise<void> {
    const contact = await this.repository.lock(manager, organizationId, id);
    if (!contact) throw new ContactNotFound();
    const now = await transactionTime(manager);
    for (const step of this.steps) await step(manager, contact);
    await this.idempotency.forget(manager, contact);
    await this.repository.erase(manager, contact, now);
    await this.domainEvents.record(manager, contactUpdated({ ...contact, updatedAt: now }));
  }
}
