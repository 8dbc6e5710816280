import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import {
  type EntityManager,
  Not,
  type ObjectLiteral,
  type Repository,
  type SelectQueryBuilder,
} from 'typeorm';
import { KEEP_PLAN } from '../common/database/kept-plans';
import { newestFirst } from '../common/database/page-query';
import type { CursorPage, Window } from '../common/http/page';
import { Attendee } from './attendee.entity';
import type { AttendeeInFull } from './attendees.repository';
import { Payment } from './payment.entity';
import { StatusChange } from './status-change.entity';

/** A payment with the event and contact that it names. */
export type PaymentInFull = Payment & Required<Pick<Payment, 'event' | 'contact'>>;

/** What became of the tickets of a payment since they were made, deleted ones included. */
export interface TicketHistory {
  /** How often one of them got another status; it never goes back, since only tickets without a history move on. */
  changes: number;
  changedAt: Date | null;
}

export interface PaymentFilter {
  eventId?: string;
  contactId?: string;
}

@Injectable()
export class PaymentsRepository {
  constructor(@InjectRepository(Payment) private readonly payments: Repository<Payment>) {}

  list(organizationId: string, filter: PaymentFilter, window: Window): Promise<CursorPage<Payment>> {
    const query = this.payments
      .createQueryBuilder('payment')
      .where('payment.organizationId = :organizationId', { organizationId });
    for (const column of ['eventId', 'contactId'] as const) {
      const value = filter[column];
      if (value !== undefined) query.andWhere(`payment.${column} = :${column}`, { [column]: value });
    }
    if (!filter.eventId && !filter.contactId) query.comment(KEEP_PLAN);
    return newestFirst(query, window);
  }

  async findWithContact(
    manager: EntityManager,
    organizationId: string,
    id: string,
  ): Promise<(Payment & Required<Pick<Payment, 'contact'>>) | null> {
    const payment = await manager.findOne(Payment, {
      where: { organizationId, id },
      relations: { contact: true },
    });
    return payment as (Payment & Required<Pick<Payment, 'contact'>>) | null;
  }

  hasTickets(manager: EntityManager, { organizationId, id }: Payment): Promise<boolean> {
    return manager.existsBy(Attendee, { organizationId, paymentId: id, status: Not('deleted') });
  }

  async find(
    manager: EntityManager,
    where: { organizationId: string; id: string } | { token: string },
  ): Promise<{ payment: PaymentInFull; history: TicketHistory } | null> {
    const { entities, raw } = await manager
      .createQueryBuilder(Payment, 'payment')
      .innerJoinAndSelect('payment.event', 'event')
      .innerJoinAndSelect('payment.contact', 'contact')
      .addSelect(ofHistory('count(*)::int'), 'changes')
      .addSelect(ofHistory('max(change.createdAt)'), 'changedAt')
      .where(where)
      .comment(KEEP_PLAN)
      .getRawAndEntities<TicketHistory>();
    const [payment, history] = [entities[0], raw[0]];
    if (!payment || !history) return null;
    return {
      payment: payment as PaymentInFull,
      history: { changes: history.changes, changedAt: history.changedAt },
    };
  }

  /** The tickets of a payment that are not deleted, in the order they were made. */
  async ticketsOf(manager: EntityManager, { organizationId, id }: Payment): Promise<AttendeeInFull[]> {
    const tickets = await manager.find(Attendee, {
      where: { organizationId, paymentId: id, status: Not('deleted') },
      relations: { ticketClass: true, contact: true },
      order: { createdAt: 'ASC', id: 'ASC' },
      comment: KEEP_PLAN,
    });
    return tickets as AttendeeInFull[];
  }
}

function ofHistory(aggregate: string) {
  return (query: SelectQueryBuilder<ObjectLiteral>) =>
    query
      .select(aggregate)
      .from(StatusChange, 'change')
      .innerJoin('change.attendee', 'ticket')
      .where('ticket.organizationId = payment.organizationId AND ticket.paymentId = payment.id');
}
