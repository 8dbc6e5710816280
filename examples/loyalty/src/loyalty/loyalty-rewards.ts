import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AttendeesService } from '../attendees/attendees.service';
import type { DomainEvent } from '../domain-events/domain-event';
import { DomainEvents } from '../domain-events/domain-events';
import { LoyaltyRepository } from './loyalty.repository';

/**
 * Points for those who come. An event may be told twice, and a ticket may be checked in again after an undo; either way
 * the entry that remembers the ticket makes it earn once. Who was erased meanwhile earns nothing.
 */
@Injectable()
export class LoyaltyRewards implements OnModuleInit {
  constructor(
    private readonly domainEvents: DomainEvents,
    private readonly attendees: AttendeesService,
    private readonly repository: LoyaltyRepository,
  ) {}

  onModuleInit(): void {
    this.domainEvents.subscribe({
      name: 'loyalty.rewards',
      types: ['attendee.checked_in'],
      handle: (event, manager) => this.reward(event, manager),
    });
  }

  private async reward(
    { organizationId, ids, occurredAt }: DomainEvent,
    manager: EntityManager,
  ): Promise<void> {
    const tickets = await this.attendees.read(manager, organizationId, ids);
    const present = tickets.filter(({ contact }) => contact.email !== null);
    await this.repository.earn(manager, organizationId, present, occurredAt);
  }
}
