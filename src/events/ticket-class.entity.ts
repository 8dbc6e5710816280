import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  Unique,
  UpdateDateColumn,
} from 'typeorm';
import { CODE } from '../common/database/columns';
import { Event } from './event.entity';
import { seatsRemaining } from './seats';

export const TICKET_CLASS_STATUSES = ['active', 'deleted'] as const;
export type TicketClassStatus = (typeof TICKET_CLASS_STATUSES)[number];

/** The seat counters move only through `InventoryService`. */
@Entity('ticket_classes')
@Index('ticket_classes_active_name_unique', ['organizationId', 'eventId', 'name'], {
  unique: true,
  where: `status = 'active'`,
})
@Unique('ticket_classes_of_event', ['organizationId', 'eventId', 'id'])
@Check(
  'ticket_classes_never_oversold',
  '"quantity_total" = 0 OR "quantity_sold" + "quantity_pending" <= "quantity_total"',
)
@Check('ticket_classes_counters_not_negative', '"quantity_sold" >= 0 AND "quantity_pending" >= 0')
export class TicketClass {
  @PrimaryColumn(CODE)
  organizationId!: string;

  @PrimaryColumn(CODE)
  id!: string;

  @Column(CODE)
  eventId!: string;

  @ManyToOne(() => Event)
  @JoinColumn([
    { name: 'organization_id', referencedColumnName: 'organizationId' },
    { name: 'event_id', referencedColumnName: 'id' },
  ])
  event?: Event;

  @Column('text')
  name!: string;

  @Column('text', { nullable: true })
  description!: string | null;

  @Column({ ...CODE, default: 'active' })
  status!: TicketClassStatus;

  /** Major units of the event's currency, as PostgreSQL's exact decimal text. */
  @Column('numeric', { precision: 15, scale: 3, default: 0 })
  cost!: string;

  /** Most seats held at once; 0 is unlimited. */
  @Column('integer', { default: 0 })
  quantityTotal!: number;

  /** Tickets that are `valid` or `checked_in`. */
  @Column('integer', { default: 0 })
  quantitySold!: number;

  /** Tickets that are `pending_approval`: not sold, but each holds a seat. */
  @Column('integer', { default: 0 })
  quantityPending!: number;

  @Column('timestamptz', { nullable: true })
  salesStart!: Date | null;

  @Column('timestamptz', { nullable: true })
  salesEnd!: Date | null;

  @Column('integer', { default: 1 })
  minimumPerOrder!: number;

  /** Null is no limit. */
  @Column('integer', { nullable: true })
  maximumPerOrder!: number | null;

  @Column('boolean', { default: false })
  requireApproval!: boolean;

  @Column('boolean', { default: false })
  hideOnEventPage!: boolean;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt!: Date;

  get seatsHeld(): number {
    return this.quantitySold + this.quantityPending;
  }

  /** Null is unlimited. */
  get seatsRemaining(): number | null {
    return seatsRemaining(this.quantityTotal, this.seatsHeld);
  }
}
