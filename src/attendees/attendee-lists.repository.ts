import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Repository, SelectQueryBuilder } from 'typeorm';
import { latestChangeLast } from '../common/database/change-feed';
import { KEEP_PLAN, PLAN_EACH_TIME } from '../common/database/kept-plans';
import { countUpTo, cutPage, SEARCH_COUNT_LIMIT } from '../common/database/page-query';
import { decodeCursor } from '../common/http/cursor';
import type { CursorPage, Window } from '../common/http/page';
import { searchPattern } from '../contacts/contact-search';
import { Attendee, type AttendeeStatus } from './attendee.entity';
import { asShown, type ShownAttendee } from './attendees.repository';

export interface AttendeeFilter {
  statuses: readonly AttendeeStatus[];
  email?: string;
  ticketClassId?: string;
  contactId?: string;
  paymentId?: string;
  /** Part of a name or an e-mail address. */
  search?: string;
  updatedSince?: Date;
}

/** The lists of an event's attendees. A page costs the same with a thousand attendees as with a million. */
@Injectable()
export class AttendeeListsRepository {
  constructor(@InjectRepository(Attendee) private readonly attendees: Repository<Attendee>) {}

  /**
   * A page, newest first. Each status is read from its own stretch of the index, where it stands in order, and only as
   * far as the merged page needs it: a walk along all statuses would pass a million others to find ten that wait for
   * approval.
   */
  async newestFirst(
    organizationId: string,
    eventId: string,
    filter: AttendeeFilter,
    { offset, limit, cursor }: Window,
  ): Promise<Omit<CursorPage<ShownAttendee>, 'total'>> {
    const skipped = cursor === undefined ? offset : 0;
    const matching = this.matching(organizationId, eventId, filter)
      .select('attendee.id', 'id')
      .addSelect('attendee.createdAt', 'created_at')
      .orderBy('attendee.createdAt', 'DESC')
      .addOrderBy('attendee.id', 'DESC')
      .limit(skipped + limit + 1);
    if (cursor !== undefined) {
      matching.andWhere('(attendee.createdAt, attendee.id) < (:at, :id)', { ...decodeCursor(cursor) });
    }
    const ofOneStatus = filter.statuses.map(
      (_, n) => `(${matching.clone().andWhere(`attendee.status = :status${n}`).getQuery()})`,
    );
    const found = await asShown(this.attendees.createQueryBuilder('attendee'))
      .where('attendee.organizationId = :organizationId')
      .andWhere(
        `attendee.id IN (
          SELECT page.id FROM (${ofOneStatus.join(' UNION ALL ')}) AS page
          ORDER BY page.created_at DESC, page.id DESC LIMIT ${limit + 1} OFFSET ${skipped})`,
        matching.getParameters(),
      )
      .setParameters(Object.fromEntries(filter.statuses.map((status, n) => [`status${n}`, status])))
      .orderBy('attendee.createdAt', 'DESC')
      .addOrderBy('attendee.id', 'DESC')
      .comment(skipped === 0 ? planOf(filter) : PLAN_EACH_TIME)
      .getMany();
    return cutPage(found, limit);
  }

  /** How many match; with a search 200 at most. */
  async count(organizationId: string, eventId: string, filter: AttendeeFilter): Promise<number> {
    const query = this.matchingOfStatuses(organizationId, eventId, filter).comment(planOf(filter));
    if (filter.search === undefined) return countUpTo(query, undefined);
    // Along the contacts, where a frequent word is found soon; a rare one is looked up in their index.
    query.orderBy('known.createdAt', 'DESC').addOrderBy('known.id', 'DESC');
    return countUpTo(query, SEARCH_COUNT_LIMIT);
  }

  /** Those that changed at `updatedSince` or later, latest change last. */
  changes(
    organizationId: string,
    eventId: string,
    filter: AttendeeFilter,
    window: Window,
  ): Promise<CursorPage<ShownAttendee>> {
    const query = this.matchingOfStatuses(organizationId, eventId, filter);
    return latestChangeLast(query, window, asShown);
  }

  private matchingOfStatuses(organizationId: string, eventId: string, filter: AttendeeFilter) {
    const { statuses } = filter;
    return this.matching(organizationId, eventId, filter).andWhere('attendee.status IN (:...statuses)', {
      statuses,
    });
  }

  /** Whatever their status. */
  private matching(
    organizationId: string,
    eventId: string,
    filter: AttendeeFilter,
  ): SelectQueryBuilder<Attendee> {
    const query = this.attendees
      .createQueryBuilder('attendee')
      .where('attendee.organizationId = :organizationId AND attendee.eventId = :eventId', {
        organizationId,
        eventId,
      });
    for (const column of ['ticketClassId', 'contactId', 'paymentId'] as const) {
      if (filter[column] !== undefined) {
        query.andWhere(`attendee.${column} = :${column}`, { [column]: filter[column] });
      }
    }
    const { email, search } = filter;
    if (email !== undefined || search !== undefined) query.innerJoin('attendee.contact', 'known');
    if (email !== undefined) query.andWhere('known.email = :email', { email });
    if (search !== undefined) {
      query.andWhere('known.searchText LIKE lower(:pattern)', { pattern: searchPattern(search) });
    }
    const { updatedSince } = filter;
    if (updatedSince) query.andWhere('attendee.updatedAt >= :updatedSince', { updatedSince });
    return query;
  }
}

/** Whatever the statuses, the index of the event finds them. What else is asked for may be rare or frequent. */
function planOf(filter: AttendeeFilter): string {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  return given.every(([name]) => name === 'statuses') ? KEEP_PLAN : PLAN_EACH_TIME;
}
