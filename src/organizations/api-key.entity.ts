import { createHash, randomBytes } from 'node:crypto';
import { Column, CreateDateColumn, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { CODE } from '../common/database/columns';
import type { Scope } from '../common/auth/scopes';
import { Organization } from './organization.entity';

export const API_KEY_STATUSES = ['active', 'expired', 'revoked'] as const;
export type ApiKeyStatus = (typeof API_KEY_STATUSES)[number];

/** Only the SHA-256 of a key is kept: it has enough randomness of its own that a salt or a slow hash adds nothing. */
@Entity('api_keys')
@Index('api_keys_key_hash_unique', ['keyHash'], { unique: true })
export class ApiKey {
  @PrimaryColumn(CODE)
  organizationId!: string;

  @PrimaryColumn(CODE)
  id!: string;

  @ManyToOne(() => Organization)
  @JoinColumn({ name: 'organization_id' })
  organization?: Organization;

  @Column('text')
  name!: string;

  /** SHA-256 in hex. */
  @Column(CODE)
  keyHash!: string;

  /** The first characters of the key, by which people recognise it. */
  @Column('text')
  keyPrefix!: string;

  @Column('text', { array: true })
  scopes!: Scope[];

  @Column('timestamptz', { nullable: true })
  expiresAt!: Date | null;

  @Column('timestamptz', { nullable: true })
  revokedAt!: Date | null;

  /** The key that came from rotating this one, which expires when its grace is over. */
  @Column({ ...CODE, nullable: true })
  replacedById!: string | null;

  @Column('timestamptz', { nullable: true })
  lastUsedAt!: Date | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  get status(): ApiKeyStatus {
    if (this.revokedAt) return 'revoked';
    return this.expiresAt && this.expiresAt.getTime() <= Date.now() ? 'expired' : 'active';
  }
}

/** 256 random bits behind a prefix that secret scanners can look for. */
export function generateKey(): string {
  return `usher_${randomBytes(32).toString('base64url')}`;
}

export function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

export function prefixOf(key: string): string {
  return key.slice(0, 12);
}
