import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { CODE } from '../database/columns';

/** The answer to the first request with a key. Commits with the work it answers for. */
@Entity('idempotency_records')
@Index('idempotency_records_expires_at', ['expiresAt'])
// GIN over contact_ids, which only a migration can say.
@Index('idempotency_records_of_contact', { synchronize: false })
export class IdempotencyRecord {
  @PrimaryColumn(CODE)
  organizationId!: string;

  @PrimaryColumn(CODE)
  apiKeyId!: string;

  @PrimaryColumn(CODE)
  key!: string;

  /** SHA-256 of the request in hex. */
  @Column(CODE)
  fingerprint!: string;

  @Column('smallint')
  status!: number;

  /** Null when the answer was erased with a contact that it spoke of. */
  @Column('text', { nullable: true })
  body!: string | null;

  /** Contacts that the answer speaks of: what must be forgotten when they are erased. */
  @Column({ ...CODE, array: true, default: () => `'{}'` })
  contactIds!: string[];

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz')
  expiresAt!: Date;
}
