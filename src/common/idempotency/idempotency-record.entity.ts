import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { CODE } from '../database/columns';

/** The answer to the first request with a key. Commits with the work it answers for. */
@Entity('idempotency_records')
@Index('idempotency_records_expires_at', ['expiresAt'])
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

  @Column('text')
  body!: string;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz')
  expiresAt!: Date;
}
