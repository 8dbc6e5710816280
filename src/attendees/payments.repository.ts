import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Not, type Repository } from 'typeorm';
import { Attendee } from './attendee.entity';
import type { AttendeeInFull } from './attendees.repository';
import { Payment } from './payment.entity';

/** A payment with the event and contact that it names. */
export type PaymentInFull = Payment & Required<Pick<Payment, 'event' | 'contact'>>;

@Injectable()
export class PaymentsRepository {
  constructor(
    @InjectRepository(Payment) private readonly payments: Repository<Payment>,
    @InjectRepository(Attendee) private readonly attendees: Repository<Attendee>,
  ) {}

  async find(
    where: { organizationId: string; id: string } | { token: string },
  ): Promise<PaymentInFull | null> {
    const payment = await this.payments.findOne({ where, relations: { event: true, contact: true } });
    return payment as PaymentInFull | null;
  }

  /** The tickets of a payment that are not deleted, in the order they were made. */
  async ticketsOf({ organizationId, id }: Payment): Promise<AttendeeInFull[]> {
    const tickets = await this.attendees.find({
      where: { organizationId, paymentId: id, status: Not('deleted') },
      relations: { ticketClass: true, contact: true },
      order: { createdAt: 'ASC', id: 'ASC' },
    });
    return tickets as AttendeeInFull[];
  }
}
