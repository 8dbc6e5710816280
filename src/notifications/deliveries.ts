import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { OutboxMessage } from './outbox-message.entity';
import { OutboxRepository } from './outbox.repository';

export const DELIVERY_STATUSES = ['queued', 'sent', 'retrying', 'failed'] as const;

/** What became of a message. */
export interface DeliveryState {
  /** `queued`: not tried yet. `retrying`: failed and will be tried again. `failed`: given up. */
  status: (typeof DELIVERY_STATUSES)[number];
  sentAt: Date | null;
  /** How often it was tried, the successful time included. */
  attempts: number;
  /** Why it is not sent yet, or never will be. */
  lastError: string | null;
}

/** What became of messages, and a second chance for those that were given up. */
@Injectable()
export class Deliveries {
  constructor(private readonly repository: OutboxRepository) {}

  /** Of the latest message of this type about a payment; null when none was ever asked for. */
  async latestOfPayment(
    organizationId: string,
    type: string,
    paymentId: string,
  ): Promise<DeliveryState | null> {
    const message = await this.repository.findLatestOfPayment(organizationId, type, paymentId);
    return message && stateOf(message);
  }

  /** Messages of these types that were given up, latest first. */
  listFailed(types: readonly string[], limit: number): Promise<OutboxMessage[]> {
    return this.repository.listFailed(types, limit);
  }

  /** Starts a message that was given up over, under the same id. False when there is no such message. */
  sendAgain(manager: EntityManager, id: string): Promise<boolean> {
    return this.repository.reopen(manager, id);
  }
}

function stateOf({ deliveredAt, failedAt, attempts: failures, lastError }: OutboxMessage): DeliveryState {
  if (deliveredAt) return { status: 'sent', sentAt: deliveredAt, attempts: failures + 1, lastError: null };
  const status = failedAt ? 'failed' : failures > 0 ? 'retrying' : 'queued';
  return { status, sentAt: null, attempts: failures, lastError };
}
