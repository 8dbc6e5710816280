import { Check, Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { CODE } from '../common/database/columns';
import type { DomainEventType } from '../domain-events/domain-event';
import { Organization } from '../organizations/organization.entity';

export const ENDPOINT_STATUSES = ['enabled', 'disabled'] as const;
export type EndpointStatus = (typeof ENDPOINT_STATUSES)[number];

/** `requested`: by PATCH. `gone`: it answered 410. `failing`: nothing but failures for too long. */
export const DISABLED_REASONS = ['requested', 'gone', 'failing'] as const;
export type DisabledReason = (typeof DISABLED_REASONS)[number];

const DAYS_OF_FAILURE = 5;
const HOURS_OF_TWO_SECRETS = 24;

/** HTTP status of an endpoint that wants nothing more. */
export const GONE = 410;

const HOUR_MS = 3_600_000;

/** An address of an organization's that is told what happens. */
@Entity('webhook_endpoints')
@Check('webhook_endpoints_disabled_for_a_reason', 'num_nulls(disabled_at, disabled_reason) IN (0, 2)')
export class WebhookEndpoint {
  @PrimaryColumn(CODE)
  organizationId!: string;

  @PrimaryColumn(CODE)
  id!: string;

  @ManyToOne(() => Organization)
  @JoinColumn({ name: 'organization_id' })
  organization?: Organization;

  @Column('text')
  url!: string;

  @Column('text', { nullable: true })
  description!: string | null;

  /** Null is every type, those to come included. */
  @Column({ ...CODE, array: true, nullable: true })
  types!: DomainEventType[] | null;

  /** As it is: whoever signs must know it. */
  @Column('text')
  secret!: string;

  /** The secret that was replaced, which signs as well until it expires. */
  @Column('text', { nullable: true })
  previousSecret!: string | null;

  @Column('timestamptz', { nullable: true })
  previousSecretExpiresAt!: Date | null;

  /** When the first of an unbroken row of failures was. */
  @Column('timestamptz', { nullable: true })
  failingSince!: Date | null;

  /** When the last failure was, which may be older than the last success. Null when none is known. */
  @Column('timestamptz', { nullable: true })
  lastFailureAt!: Date | null;

  @Column('timestamptz', { nullable: true })
  disabledAt!: Date | null;

  @Column({ ...CODE, nullable: true })
  disabledReason!: DisabledReason | null;

  @Column({ type: 'timestamptz', precision: 3 })
  createdAt!: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  updatedAt!: Date;

  get status(): EndpointStatus {
    return this.disabledAt ? 'disabled' : 'enabled';
  }

  /** Those that sign a message now. */
  secretsAt(now: Date): string[] {
    const { secret, previousSecret, previousSecretExpiresAt } = this;
    const both = previousSecret !== null && previousSecretExpiresAt !== null && now < previousSecretExpiresAt;
    return both ? [secret, previousSecret] : [secret];
  }

  /** A secret that was replaced before is worth nothing from now on. */
  rotate(secret: string, now: Date): void {
    this.previousSecret = this.secret;
    this.previousSecretExpiresAt = new Date(now.getTime() + HOURS_OF_TWO_SECRETS * HOUR_MS);
    this.secret = secret;
    this.updatedAt = now;
  }

  enable(): void {
    this.disabledAt = null;
    this.disabledReason = null;
    this.failingSince = null;
  }

  disable(reason: DisabledReason, now: Date): void {
    if (this.disabledAt) return;
    this.disabledAt = now;
    this.disabledReason = reason;
    this.updatedAt = now;
  }

  /** Takes note of a failed attempt. True when it was the one failure too many. */
  noteFailure(responseCode: number | null, now: Date): boolean {
    if (this.disabledAt) return false;
    this.failingSince ??= now;
    this.lastFailureAt = now;
    const tooLong = now.getTime() - this.failingSince.getTime() >= DAYS_OF_FAILURE * 24 * HOUR_MS;
    if (responseCode === GONE) this.disable('gone', now);
    else if (tooLong) this.disable('failing', now);
    return this.disabledAt !== null;
  }
}
