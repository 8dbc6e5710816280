import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, Repository } from 'typeorm';
import { violatesUnique } from '../common/database/postgres-error';
import { TicketClass, type TicketClassChanges } from './ticket-class.entity';
import { TicketClassNameTaken } from './ticket-classes.errors';

@Injectable()
export class TicketClassesRepository {
  constructor(@InjectRepository(TicketClass) private readonly ticketClasses: Repository<TicketClass>) {}

  /** A deleted one is found too. */
  find(organizationId: string, eventId: string, id: string): Promise<TicketClass | null> {
    return this.ticketClasses.findOneBy({ organizationId, eventId, id });
  }

  listActive(organizationId: string, eventId: string): Promise<TicketClass[]> {
    return this.ticketClasses.find({
      where: { organizationId, eventId, status: 'active' },
      order: { createdAt: 'DESC', id: 'DESC' },
    });
  }

  /** @throws TicketClassNameTaken */
  async insert(manager: EntityManager, ticketClass: TicketClass): Promise<void> {
    await refuseTakenName(manager.insert(TicketClass, ticketClass));
  }

  /**
   * Writes changes to a ticket class that the transaction has locked.
   *
   * @throws TicketClassNameTaken
   */
  async update(
    manager: EntityManager,
    { organizationId, id }: TicketClass,
    changes: TicketClassChanges & Partial<Pick<TicketClass, 'status' | 'updatedAt'>>,
  ): Promise<void> {
    await refuseTakenName(manager.update(TicketClass, { organizationId, id }, changes));
  }

  /** The active ones of an event that the transaction has locked, so their prices stay as they are. */
  lockedActive(manager: EntityManager, organizationId: string, eventId: string): Promise<TicketClass[]> {
    return manager.findBy(TicketClass, { organizationId, eventId, status: 'active' });
  }
}

async function refuseTakenName(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (violatesUnique(error, 'ticket_classes_active_name_unique')) throw new TicketClassNameTaken();
    throw error;
  }
}
