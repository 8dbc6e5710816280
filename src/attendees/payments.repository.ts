import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, Not, type Repository } from 'typeorm';
import { KEEP_PLAN } from '../common/database/kept-plans';
import { newestFirst } from '../common/database/page-query';
import type { CursorPage, Window } from '../common/http/page';
import { Attendee } from './attendee.entity';
import type { AttendeeInFull } from './attendees.repository';
import { Payment } from './payment.entity';

/** A payment with the event and contact that it names. */
export type PaymentInFull = Payment & Required<Pick<Payment, 'event' | 'contact'>>;

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
  ): Promise<PaymentInFull | null> {
    const payment = await manager.findOne(Payment, {
      where,
      relations: { event: true, contact: true },
      comment: KEEP_PLAN,
    });
    return payment as PaymentInFull | null;
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
