import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { CODE } from '../common/database/columns';
import { newId } from '../common/ids/ids';
import { nextAttemptAt } from './retry-schedule';
import { GONE } from './webhook-endpoint.entity';

export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

const KEPT_ATTEMPTS = 20;

/** One try, as the log keeps it. */
export interface Attempt {
  /** ISO 8601. */
  at: string;
  duration_ms: number;
  /** Null when there was no answer. */
  response_code: number | null;
  /** Why it counts as failed; null when it does not. */
  error: string | null;
  /** The beginning of the answer's body. */
  response_excerpt: string | null;
}

/**
 * One message to one endpoint. What is sent is composed once and stored, so that every attempt sends the same bytes under
 * the same id.
 *
 * A delivery is pending until it is delivered or has failed for good. `leasedUntil` keeps it in the hands of one process
 * while it is queued and tried; when that dies, the lease runs out and the next process takes it.
 *
 * No foreign key leads to the endpoint: deleting that must not wait for the deletion of a month's deliveries, which the
 * sweeper removes in their time.
 */
@Entity('webhook_deliveries')
@Index('webhook_deliveries_due', ['organizationId', 'endpointId', 'nextAttemptAt'], {
  where: `status = 'pending'`,
})
@Index('webhook_deliveries_by_hand', ['organizationId', 'endpointId', 'nextAttemptAt'], {
  where: `status = 'pending' AND by_hand`,
})
@Index('webhook_deliveries_leased', ['organizationId', 'endpointId', 'leasedUntil'], {
  where: 'leased_until IS NOT NULL',
})
@Index('webhook_deliveries_newest_first', ['organizationId', 'endpointId', 'createdAt', 'id'])
@Index('webhook_deliveries_of_status', ['organizationId', 'endpointId', 'status', 'createdAt', 'id'])
@Index('webhook_deliveries_of_contact', ['organizationId', 'contactId'], { where: 'contact_id IS NOT NULL' })
@Index('webhook_deliveries_created_at', ['createdAt'])
export class WebhookDelivery {
  @PrimaryColumn(CODE)
  organizationId!: string;

  /** Also the `webhook-id`. */
  @PrimaryColumn(CODE)
  id!: string;

  @Column(CODE)
  endpointId!: string;

  @Column(CODE)
  type!: string;

  /** JSON text. */
  @Column('text')
  payload!: string;

  /** The contact that the payload speaks of; erasing that removes the delivery. */
  @Column({ ...CODE, nullable: true })
  contactId!: string | null;

  @Column({ ...CODE, default: 'pending' })
  status!: DeliveryStatus;

  /** Attempts that have failed since it was made or sent again. */
  @Column('integer', { default: 0 })
  failures!: number;

  /** The latest ones, oldest first. */
  @Column('jsonb', { default: () => `'[]'` })
  attempts!: Attempt[];

  /** Null when there is none to come. */
  @Column('timestamptz', { nullable: true, default: () => 'now()' })
  nextAttemptAt!: Date | null;

  /** Whether somebody asked for the next attempt, which then comes before all others to its endpoint. */
  @Column('boolean', { default: false })
  byHand!: boolean;

  @Column('timestamptz', { nullable: true })
  leasedUntil!: Date | null;

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt!: Date;

  /** Whether it is to be sent now. A job may come late, when somebody else has sent it already. */
  isDue(now: Date): boolean {
    return this.status === 'pending' && this.nextAttemptAt !== null && this.nextAttemptAt <= now;
  }

  startOver(now: Date): void {
    this.status = 'pending';
    this.failures = 0;
    this.nextAttemptAt = now;
    this.byHand = true;
  }

  /** Takes note of an attempt that has just ended, and plans the next one if it failed. */
  noteAttempt(attempt: Attempt, now: Date): void {
    this.attempts = [...this.attempts, attempt].slice(-KEPT_ATTEMPTS);
    this.leasedUntil = null;
    this.byHand = false;
    if (attempt.error === null) {
      this.status = 'delivered';
      this.nextAttemptAt = null;
    } else if (this.status === 'pending') {
      this.failures++;
      const next = attempt.response_code === GONE ? undefined : nextAttemptAt(this.failures, now);
      this.nextAttemptAt = next ?? null;
      if (!next) this.status = 'failed';
    }
  }
}

/** What a new delivery is before it was tried. */
export function newDelivery(
  message: Pick<
    WebhookDelivery,
    'organizationId' | 'endpointId' | 'type' | 'payload' | 'contactId' | 'byHand'
  >,
  now: Date,
): WebhookDelivery {
  return Object.assign(new WebhookDelivery(), message, {
    id: newId('webhookDelivery'),
    status: 'pending' as const,
    failures: 0,
    attempts: [],
    nextAttemptAt: now,
    leasedUntil: null,
    createdAt: now,
  });
}
