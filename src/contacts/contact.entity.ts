import { Column, CreateDateColumn, Entity, Index, PrimaryColumn, Unique, UpdateDateColumn } from 'typeorm';
import { CODE } from '../common/database/columns';

export const CONTACT_STATUSES = ['active', 'inactive'] as const;
export type ContactStatus = (typeof CONTACT_STATUSES)[number];

/**
 * A person an organization knows, by e-mail address. Tickets show the names that stand here.
 *
 * No foreign key leads to the organization: in a rush every new contact would lock that one row, and the organization
 * comes from the API key anyway.
 */
@Entity('contacts')
@Unique('contacts_email_unique', ['organizationId', 'email'])
@Index('contacts_newest_first', ['organizationId', 'createdAt', 'id'])
export class Contact {
  @PrimaryColumn(CODE)
  organizationId!: string;

  @PrimaryColumn(CODE)
  id!: string;

  /** Trimmed and lower-cased. */
  @Column(CODE)
  email!: string;

  @Column('text', { nullable: true })
  firstName!: string | null;

  @Column('text', { nullable: true })
  lastName!: string | null;

  /** E.164. */
  @Column('text', { nullable: true })
  phoneNumber!: string | null;

  @Column('text', { nullable: true })
  jobTitle!: string | null;

  @Column('text', { nullable: true })
  company!: string | null;

  @Column('text', { nullable: true })
  location!: string | null;

  @Column('text', { nullable: true })
  website!: string | null;

  @Column('text', { nullable: true })
  linkedin!: string | null;

  @Column('text', { nullable: true })
  instagram!: string | null;

  @Column('text', { nullable: true })
  twitter!: string | null;

  @Column('text', { nullable: true })
  github!: string | null;

  /** ISO 8601 calendar date. */
  @Column('date', { nullable: true })
  birthday!: string | null;

  @Column('text', { array: true, default: () => `'{}'` })
  tags!: string[];

  @Column({ ...CODE, default: 'active' })
  status!: ContactStatus;

  @CreateDateColumn({ type: 'timestamptz' })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz' })
  updatedAt!: Date;
}
