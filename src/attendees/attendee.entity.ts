import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { CODE, withOrganization } from '../common/database/columns';
import { Contact } from '../contacts/contact.entity';
import { TicketClass } from '../events/ticket-class.entity';
import { InvalidTransition } from './attendees.errors';
import { Payment } from './payment.entity';

export const ATTENDEE_STATUSES = [
  'invited',
  'pending_approval',
  'valid',
  'checked_in',
  'rejected',
  'deleted',
] as const;
export type AttendeeStatus = (typeof ATTENDEE_STATUSES)[number];

export const PAYMENT_METHODS = ['cash', 'free', 'external'] as const;
export type PaymentMethod = (typeof PAYMENT_METHODS)[number];

/** What a ticket of each status counts as. `sold` and `pending` hold a seat, the others hold none. */
export const SEAT_OF_STATUS: Record<AttendeeStatus, 'sold' | 'pending' | null> = {
  invited: null,
  pending_approval: 'pending',
  valid: 'sold',
  checked_in: 'sold',
  rejected: null,
  deleted: null,
};

/** Which status may follow which. From `checked_in` back to `valid` undoes a check-in; nothing follows `deleted`. */
export const TRANSITIONS: Record<AttendeeStatus, readonly AttendeeStatus[]> = {
  invited: ['valid', 'pending_approval', 'rejected', 'deleted'],
  pending_approval: ['valid', 'rejected', 'deleted'],
  valid: ['checked_in', 'pending_approval', 'deleted'],
  checked_in: ['valid', 'deleted'],
  rejected: ['pending_approval', 'valid', 'deleted'],
  deleted: [],
};

/** What a change of status adds to the seat counters. */
export function seatsMoved(from: AttendeeStatus, to: AttendeeStatus): { sold: number; pending: number } {
  const seats = { sold: 0, pending: 0 };
  const [left, taken] = [SEAT_OF_STATUS[from], SEAT_OF_STATUS[to]];
  if (left) seats[left]--;
  if (taken) seats[taken]++;
  return seats;
}

/** One ticket. Names and e-mail address are its contact's. */
@Entity('attendees')
@Index('attendees_of_event', ['organizationId', 'eventId', 'status', 'createdAt', 'id'])
@Index('attendees_of_ticket_class', ['organizationId', 'ticketClassId', 'status', 'createdAt', 'id'])
@Index('attendees_changes', ['organizationId', 'eventId', 'updatedAt', 'id'])
@Index('attendees_check_ins', ['organizationId', 'eventId', 'checkedInAt'], {
  where: `status = 'checked_in'`,
})
@Index('attendees_of_contact', ['organizationId', 'contactId', 'createdAt', 'id'])
@Index('attendees_of_payment', ['organizationId', 'paymentId'])
@Index('attendees_barcode_unique', ['organizationId', 'barcode'], { unique: true })
export class Attendee {
  @PrimaryColumn(CODE)
  organizationId!: string;

  @PrimaryColumn(CODE)
  id!: string;

  @Column(CODE)
  eventId!: string;

  @Column(CODE)
  ticketClassId!: string;

  /** Over three columns, so that a ticket can only have a class of its own event and organization. */
  @ManyToOne(() => TicketClass)
  @JoinColumn([
    {
      name: 'organization_id',
      referencedColumnName: 'organizationId',
      foreignKeyConstraintName: 'attendees_ticket_class_fkey',
    },
    { name: 'event_id', referencedColumnName: 'eventId' },
    { name: 'ticket_class_id', referencedColumnName: 'id' },
  ])
  ticketClass?: TicketClass;

  @Column(CODE)
  contactId!: string;

  @ManyToOne(() => Contact)
  @JoinColumn(withOrganization('contact_id'))
  contact?: Contact;

  @Column(CODE)
  paymentId!: string;

  @ManyToOne(() => Payment)
  @JoinColumn(withOrganization('payment_id'))
  payment?: Payment;

  @Column(CODE)
  status!: AttendeeStatus;

  @Column(CODE)
  paymentMethod!: PaymentMethod;

  @Column(CODE)
  barcode!: string;

  @Column('timestamptz', { nullable: true })
  checkedInAt!: Date | null;

  /** In milliseconds, like the cursors that point between two rows. */
  @Column({ type: 'timestamptz', precision: 3 })
  createdAt!: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  updatedAt!: Date;

  /**
   * Takes another status. False when it has that status already: then nothing changes.
   *
   * @throws InvalidTransition
   */
  become(status: AttendeeStatus, at: Date, checkedInAt: Date = at): boolean {
    if (status === this.status) return false;
    const allowed = TRANSITIONS[this.status];
    if (!allowed.includes(status)) throw new InvalidTransition({ from: this.status, to: status, allowed });
    this.status = status;
    this.checkedInAt = status === 'checked_in' ? checkedInAt : null;
    this.updatedAt = at;
    return true;
  }
}
