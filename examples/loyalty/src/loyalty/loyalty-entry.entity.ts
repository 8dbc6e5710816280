import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import { CODE, withOrganization } from '../common/database/columns';
import { addIdKind } from '../common/ids/ids';
import { Contact } from '../contacts/contact.entity';

export const LOYALTY_ENTRY = addIdKind('loyaltyEntry', 'loy');

export const POINTS_PER_TICKET = 10;

/** One line of an account: points that were earned, or spent, which are negative. */
@Entity('loyalty_entries')
@Unique('loyalty_entries_once_for_each_ticket', ['organizationId', 'attendeeId'])
@Index('loyalty_entries_newest_first', ['organizationId', 'contactId', 'createdAt', 'id'])
export class LoyaltyEntry {
  @PrimaryColumn(CODE)
  organizationId!: string;

  @PrimaryColumn(CODE)
  id!: string;

  @Column(CODE)
  contactId!: string;

  @ManyToOne(() => Contact)
  @JoinColumn(withOrganization('contact_id'))
  contact?: Contact;

  /** The ticket that earned the points; null when they were spent. */
  @Column({ ...CODE, nullable: true })
  attendeeId!: string | null;

  @Column('integer')
  points!: number;

  /** In milliseconds, like the cursors that point between two rows. */
  @Column({ type: 'timestamptz', precision: 3 })
  createdAt!: Date;
}
