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
import { afterProblem, leastProblem } from '../common/comparisons';
import { CODE, withOrganization } from '../common/database/columns';
import type { FieldErrors } from '../common/errors/field-errors';
import { Event } from './event.entity';
import { priceProblem } from './price';
import { seatsRemaining } from './seats';

export const TICKET_CLASS_STATUSES = ['active', 'deleted'] as const;
export type TicketClassStatus = (typeof TICKET_CLASS_STATUSES)[number];

/** What clients set. A field that is left out stays as it is; `given` leaves out what is undefined. */
export type TicketClassChanges = Partial<
  Pick<
    TicketClass,
    | 'name'
    | 'description'
    | 'cost'
    | 'quantityTotal'
    | 'salesStart'
    | 'salesEnd'
    | 'minimumPerOrder'
    | 'maximumPerOrder'
    | 'requireApproval'
    | 'hideOnEventPage'
  >
>;

/** The seat counters move only through `InventoryService`. A deleted one is kept for the tickets that name it. */
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
@Check('ticket_classes_deleted_without_sold_tickets', `"status" <> 'deleted' OR "quantity_sold" = 0`)
@Check('ticket_classes_sales_end_after_start', '"sales_end" > "sales_start"')
@Check('ticket_classes_minimum_not_above_maximum', '"minimum_per_order" <= "maximum_per_order"')
@Check('ticket_classes_counters_not_negative', '"quantity_sold" >= 0 AND "quantity_pending" >= 0')
export class TicketClass {
  @PrimaryColumn(CODE)
  organizationId!: string;

  @PrimaryColumn(CODE)
  id!: string;

  @Column(CODE)
  eventId!: string;

  @ManyToOne(() => Event)
  @JoinColumn(withOrganization('event_id'))
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

  get isOversold(): boolean {
    return this.quantityTotal > 0 && this.seatsHeld > this.quantityTotal;
  }

  /** What `changes` made impossible, each under a field that the client gave. */
  fieldErrors(changes: TicketClassChanges, currency: string): FieldErrors {
    const errors: FieldErrors = {};
    const price = priceProblem(Number(this.cost), currency);
    if (price) errors.cost = [price];
    const sales =
      this.salesStart && this.salesEnd && afterProblem(this.salesEnd, this.salesStart, 'sales_start');
    if (sales) {
      if (changes.salesEnd) errors.sales_end = [sales];
      else errors.sales_start = ['must be before sales_end'];
    }
    const order =
      this.maximumPerOrder !== null &&
      leastProblem(this.maximumPerOrder, this.minimumPerOrder, 'minimum_per_order');
    if (order) {
      if (changes.maximumPerOrder) errors.maximum_per_order = [order];
      else errors.minimum_per_order = ['must not be greater than maximum_per_order'];
    }
    return errors;
  }

  /** Null is unlimited. */
  get seatsRemaining(): number | null {
    return seatsRemaining(this.quantityTotal, this.seatsHeld);
  }
}
