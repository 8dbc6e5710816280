import { Injectable } from '@nestjs/common';
import { InjectEntityManager } from '@nestjs/typeorm';
import type { EntityManager } from 'typeorm';
import type { CursorPage, Window } from '../common/http/page';
import { Deliveries, type DeliveryState } from '../notifications/deliveries';
import { Outbox } from '../notifications/outbox';
import type { AttendeeInFull } from './attendees.repository';
import { CONFIRMATION } from './messages';
import type { Payment } from './payment.entity';
import { PaymentContactErased, PaymentHasNoTickets, PaymentNotFound } from './payments.errors';
import {
  type PaymentFilter,
  type PaymentInFull,
  PaymentsRepository,
  type TicketHistory,
} from './payments.repository';

/** A payment and the tickets that it stands for, deleted ones left out. */
export interface Batch {
  payment: PaymentInFull;
  tickets: AttendeeInFull[];
  /** Read before the tickets are: what changes meanwhile is told now and counted the next time. */
  history: TicketHistory;
}

export interface PaymentDetails extends Batch {
  /** Of the latest confirmation email; null when none was ever asked for. */
  confirmation: DeliveryState | null;
}

@Injectable()
export class PaymentsService {
  constructor(
    private readonly repository: PaymentsRepository,
    private readonly outbox: Outbox,
    private readonly deliveries: Deliveries,
    @InjectEntityManager() private readonly pool: EntityManager,
  ) {}

  list(organizationId: string, filter: PaymentFilter, window: Window): Promise<CursorPage<Payment>> {
    return this.repository.list(organizationId, filter, window);
  }

  /** @throws PaymentNotFound */
  async get(organizationId: string, id: string): Promise<PaymentDetails> {
    const batch = await this.findBatch(this.pool, organizationId, id);
    if (!batch) throw new PaymentNotFound();
    const confirmation = await this.deliveries.latestOfPayment(organizationId, CONFIRMATION, id);
    return { ...batch, confirmation };
  }

  /** @throws PaymentNotFound, PaymentContactErased, PaymentHasNoTickets */
  async sendConfirmation(manager: EntityManager, organizationId: string, id: string): Promise<void> {
    const payment = await this.repository.findWithContact(manager, organizationId, id);
    if (!payment) throw new PaymentNotFound();
    if (payment.contact.email === null) throw new PaymentContactErased();
    if (!(await this.repository.hasTickets(manager, payment))) throw new PaymentHasNoTickets();
    await this.outbox.add(manager, [{ organizationId, type: CONFIRMATION, payload: { payment_id: id } }]);
  }

  findBatch(manager: EntityManager, organizationId: string, id: string): Promise<Batch | null> {
    return this.findWithTickets(manager, { organizationId, id });
  }

  /** By the token of its ticket page, which is the only secret that page asks for. */
  findBatchByToken(token: string): Promise<Batch | null> {
    return this.findWithTickets(this.pool, { token });
  }

  private async findWithTickets(
    manager: EntityManager,
    where: Parameters<PaymentsRepository['find']>[1],
  ): Promise<Batch | null> {
    const found = await this.repository.find(manager, where);
    return found && { ...found, tickets: await this.repository.ticketsOf(manager, found.payment) };
  }
}
