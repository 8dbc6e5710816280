import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, In, type Repository } from 'typeorm';
import { containing } from '../common/database/like';
import { KEEP_PLAN } from '../common/database/kept-plans';
import { newestFirst } from '../common/database/page-query';
import { execute, type Statement } from '../common/database/statements';
import type { Page, Window } from '../common/http/page';
import { Event, EVENT_STATUSES, type EventChanges, type EventStatus } from './event.entity';

export interface EventFilter {
  statuses: readonly EventStatus[];
  /** Part of the name, in upper or lower case. */
  name?: string;
  /** Inclusive. */
  startsFrom?: Date;
  /** Exclusive. */
  startsBefore?: Date;
}

const EXISTS: Statement = {
  name: 'events-exists',
  text: 'SELECT FROM events WHERE organization_id = $1 AND id = $2',
};

@Injectable()
export class EventsRepository {
  constructor(@InjectRepository(Event) private readonly events: Repository<Event>) {}

  find(organizationId: string, id: string): Promise<Event | null> {
    return this.events.findOne({ where: { organizationId, id }, comment: KEEP_PLAN });
  }

  findMany(manager: EntityManager, organizationId: string, ids: readonly string[]): Promise<Event[]> {
    return manager.findBy(Event, { organizationId, id: In(ids) });
  }

  async exists(manager: EntityManager, organizationId: string, id: string): Promise<boolean> {
    return (await execute(manager, EXISTS, [organizationId, id])).length > 0;
  }

  list(organizationId: string, filter: EventFilter, window: Window): Promise<Page<Event>> {
    const query = this.events
      .createQueryBuilder('event')
      .where('event.organizationId = :organizationId', { organizationId });
    const { name, startsFrom, startsBefore } = filter;
    const statuses = [...new Set(filter.statuses)];
    // With one of them it is an equality to PostgreSQL, and the rows of the index stand in the order of the list.
    if (statuses.length < EVENT_STATUSES.length) {
      query.andWhere('event.status IN (:...statuses)', { statuses });
    }
    if (name) query.andWhere('event.name ILIKE :name', { name: containing(name) });
    if (startsFrom) query.andWhere('event.startsAt >= :startsFrom', { startsFrom });
    if (startsBefore) query.andWhere('event.startsAt < :startsBefore', { startsBefore });
    if (!name && !startsFrom && !startsBefore) query.comment(KEEP_PLAN);
    return newestFirst(query, window);
  }

  async insert(manager: EntityManager, event: Event): Promise<void> {
    await manager.insert(Event, event);
  }

  /** Writes changes to an event that the transaction has locked. */
  async update(
    manager: EntityManager,
    { organizationId, id }: Event,
    changes: EventChanges & Pick<Event, 'updatedAt'>,
  ): Promise<void> {
    await manager.update(Event, { organizationId, id }, changes);
  }
}
