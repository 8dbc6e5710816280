import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { CODE, withOrganization } from '../common/database/columns';
import { Contact } from '../contacts/contact.entity';
import { Event } from '../events/event.entity';

/** The batch that one create made: what its tickets have in common. */
@Entity('payments')
@Index('payments_token_unique', ['token'], { unique: true })
@Index('payments_newest_first', ['organizationId', 'createdAt', 'id'])
@Index('payments_of_event', ['organizationId', 'eventId', 'createdAt', 'id'])
@Index('payments_of_contact', ['organizationId', 'contactId', 'createdAt', 'id'])
export class Payment {
  @PrimaryColumn(CODE)
  organizationId!: string;

  @PrimaryColumn(CODE)
  id!: string;

  @Column(CODE)
  eventId!: string;

  @ManyToOne(() => Event)
  @JoinColumn(withOrganization('event_id'))
  event?: Event;

  @Column(CODE)
  contactId!: string;

  @ManyToOne(() => Contact)
  @JoinColumn(withOrganization('contact_id'))
  contact?: Contact;

  /** Opens the ticket page; unguessable, and no id. */
  @Column(CODE)
  token!: string;

  @Column('timestamptz')
  createdAt!: Date;
}
