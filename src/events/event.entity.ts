import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  UpdateDateColumn,
} from 'typeorm';
import { afterProblem } from '../common/comparisons';
import { CODE } from '../common/database/columns';
import type { FieldErrors } from '../common/errors/field-errors';
import { Organization } from '../organizations/organization.entity';
import { seatsRemaining } from './seats';

export const EVENT_STATUSES = ['active', 'inactive'] as const;
export type EventStatus = (typeof EVENT_STATUSES)[number];

export const REGISTRATION_STATUSES = ['open', 'closed'] as const;
export type RegistrationStatus = (typeof REGISTRATION_STATUSES)[number];

export interface Venue {
  name: string | null;
  address: string | null;
  city: string | null;
  state: string | null;
  country: string | null;
}

/** What clients set. A field that is left out stays as it is; `given` leaves out what is undefined. */
export type EventChanges = Partial<
  Pick<
    Event,
    | 'name'
    | 'description'
    | 'status'
    | 'registrationStatus'
    | 'currency'
    | 'capacity'
    | 'startsAt'
    | 'startTimezone'
    | 'endsAt'
    | 'endTimezone'
    | 'venue'
    | 'onlineUrl'
    | 'requireApproval'
    | 'hidden'
    | 'coverImage'
  >
>;

/**
 * The seat counters move only through `InventoryService`. That the event is not oversold is held by the trigger
 * `events_never_oversold` and not by a CHECK, because a capacity may be set below what is held already.
 */
@Entity('events')
@Index('events_newest_first', ['organizationId', 'createdAt', 'id'])
@Index('events_of_status_newest_first', ['organizationId', 'status', 'createdAt', 'id'])
@Index('events_of_status_by_start', ['organizationId', 'status', 'startsAt'])
@Index('events_name_search', { synchronize: false })
@Check('events_counters_not_negative', '"tickets_sold" >= 0 AND "tickets_pending" >= 0')
@Check('events_capacity_not_negative', '"capacity" >= 0')
@Check('events_end_after_start', '"ends_at" > "starts_at"')
export class Event {
  @PrimaryColumn(CODE)
  organizationId!: string;

  @PrimaryColumn(CODE)
  id!: string;

  @ManyToOne(() => Organization)
  @JoinColumn({ name: 'organization_id' })
  organization?: Organization;

  @Column('text')
  name!: string;

  @Column('text', { nullable: true })
  description!: string | null;

  @Column({ ...CODE, default: 'active' })
  status!: EventStatus;

  @Column({ ...CODE, default: 'open' })
  registrationStatus!: RegistrationStatus;

  /** ISO 4217, upper case. */
  @Column('char', { length: 3 })
  currency!: string;

  /** Most seats held at once; 0 is unlimited. */
  @Column('integer', { default: 0 })
  capacity!: number;

  /** Tickets that are `valid` or `checked_in`. */
  @Column('integer', { default: 0 })
  ticketsSold!: number;

  /** Tickets that are `pending_approval`: not sold, but each holds a seat. */
  @Column('integer', { default: 0 })
  ticketsPending!: number;

  @Column('timestamptz')
  startsAt!: Date;

  /** IANA name. */
  @Column('text')
  startTimezone!: string;

  @Column('timestamptz', { nullable: true })
  endsAt!: Date | null;

  @Column('text', { nullable: true })
  endTimezone!: string | null;

  @Column('jsonb', { nullable: true })
  venue!: Venue | null;

  @Column('text', { nullable: true })
  onlineUrl!: string | null;

  @Column('boolean', { default: false })
  requireApproval!: boolean;

  @Column('boolean', { default: false })
  hidden!: boolean;

  @Column('text', { nullable: true })
  coverImage!: string | null;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt!: Date;

  get seatsHeld(): number {
    return this.ticketsSold + this.ticketsPending;
  }

  /** What `changes` made impossible, each under a field that the client gave. */
  fieldErrors(changes: EventChanges): FieldErrors {
    const problem = this.endsAt && afterProblem(this.endsAt, this.startsAt, 'start');
    if (!problem) return {};
    return changes.endsAt ? { 'end.utc': [problem] } : { 'start.utc': ['must be before end'] };
  }

  /** Null is unlimited. */
  get seatsRemaining(): number | null {
    return seatsRemaining(this.capacity, this.seatsHeld);
  }
}
