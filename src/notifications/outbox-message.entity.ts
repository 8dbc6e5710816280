import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { CODE } from '../common/database/columns';
import { EMAIL_QUEUE } from './outbox-queues';

/**
 * Something to tell the world, written in the transaction of the change that it tells of. It carries ids and no
 * content: what is sent is composed when it is sent.
 *
 * A message is open until it is `delivered` or `failed` for good. `availableAt` is a lease: whoever takes an open
 * message moves it ahead, and when the taker dies the message becomes available again by itself.
 */
@Entity('outbox_messages')
@Index('outbox_messages_open_of_queue', ['queue', 'availableAt'], {
  where: 'delivered_at IS NULL AND failed_at IS NULL',
})
@Index('outbox_messages_failed', ['failedAt'], { where: 'failed_at IS NOT NULL' })
// Over an expression, which only a migration can say: (organization_id, payload ->> 'payment_id').
@Index('outbox_messages_of_payment', { synchronize: false })
export class OutboxMessage {
  @PrimaryColumn(CODE)
  organizationId!: string;

  @PrimaryColumn(CODE)
  id!: string;

  @Column(CODE)
  type!: string;

  /** Where it waits: one of `OUTBOX_QUEUES`. Those of before there were several are with the mail. */
  @Column({ ...CODE, default: EMAIL_QUEUE })
  queue!: string;

  @Column('jsonb')
  payload!: Record<string, unknown>;

  /** Of what it follows from, so that its delivery is seen as part of that. */
  @Column('text', { nullable: true })
  traceparent!: string | null;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { default: () => 'now()' })
  availableAt!: Date;

  /** Attempts at delivery that have failed. */
  @Column('integer', { default: 0 })
  attempts!: number;

  @Column('text', { nullable: true })
  lastError!: string | null;

  @Column('timestamptz', { nullable: true })
  deliveredAt!: Date | null;

  @Column('timestamptz', { nullable: true })
  failedAt!: Date | null;
}
