import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { EntityManager, Repository } from 'typeorm';
import type { Page, Window } from '../common/http/page';
import { Event } from './event.entity';

@Injectable()
export class EventsRepository {
  constructor(@InjectRepository(Event) private readonly events: Repository<Event>) {}

  find(organizationId: string, id: string): Promise<Event | null> {
    return this.events.findOneBy({ organizationId, id });
  }

  async list(organizationId: string, window: Window): Promise<Page<Event>> {
    const [rows, total] = await this.events.findAndCount({
      where: { organizationId },
      order: { createdAt: 'DESC', id: 'DESC' },
      skip: window.offset,
      take: window.limit,
    });
    return { rows, total };
  }

  async insert(manager: EntityManager, event: Event): Promise<void> {
    await manager.insert(Event, event);
  }

  /** Writes an event that the transaction has locked. */
  async save(manager: EntityManager, event: Event): Promise<Event> {
    return manager.save(Event, event);
  }
}
