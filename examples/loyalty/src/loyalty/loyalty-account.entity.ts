import { Check, Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { CODE, withOrganization } from '../common/database/columns';
import { Contact } from '../contacts/contact.entity';
import { NotEnoughPoints } from './loyalty.errors';

/** The points that a contact has to spend. Who never earned any has no account. */
@Entity('loyalty_accounts')
@Check('loyalty_accounts_never_overdrawn', '"points" >= 0')
export class LoyaltyAccount {
  @PrimaryColumn(CODE)
  organizationId!: string;

  @PrimaryColumn(CODE)
  contactId!: string;

  @ManyToOne(() => Contact)
  @JoinColumn(withOrganization('contact_id'))
  contact?: Contact;

  @Column('integer')
  points!: number;

  /** @throws NotEnoughPoints */
  redeem(points: number): void {
    if (points > this.points) throw new NotEnoughPoints(points, this.points);
    this.points -= points;
  }
}
