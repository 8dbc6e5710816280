import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, Repository } from 'typeorm';
import { violatesUnique } from '../common/database/postgres-error';
import { TicketClass } from './ticket-class.entity';
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

  async insert(manager: EntityManager, ticketClass: TicketClass): Promise<void> {
    try {
      await manager.insert(TicketClass, ticketClass);
    } catch (error) {
      if (violatesUnique(error, 'ticket_classes_active_name_unique')) throw new TicketClassNameTaken();
      throw error;
    }
  }
}
