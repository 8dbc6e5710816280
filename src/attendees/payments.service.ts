import { Injectable } from '@nestjs/common';
import type { AttendeeInFull } from './attendees.repository';
import { type PaymentInFull, PaymentsRepository } from './payments.repository';

/** A payment and the tickets that it stands for, deleted ones left out. */
export interface Batch {
  payment: PaymentInFull;
  tickets: AttendeeInFull[];
}

@Injectable()
export class PaymentsService {
  constructor(private readonly repository: PaymentsRepository) {}

  findBatch(organizationId: string, id: string): Promise<Batch | null> {
    return this.withTickets(this.repository.find({ organizationId, id }));
  }

  /** By the token of its ticket page, which is the only secret that page asks for. */
  findBatchByToken(token: string): Promise<Batch | null> {
    return this.withTickets(this.repository.find({ token }));
  }

  private async withTickets(found: Promise<PaymentInFull | null>): Promise<Batch | null> {
    const payment = await found;
    return payment && { payment, tickets: await this.repository.ticketsOf(payment) };
  }
}
