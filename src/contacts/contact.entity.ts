import {
  Check,
  Column,
  CreateDateColumn,
  Entity,
  Index,
  PrimaryColumn,
  Unique,
  UpdateDateColumn,
} from 'typeorm';
import { CODE } from '../common/database/columns';

export const CONTACT_STATUSES = ['active', 'inactive'] as const;
export type ContactStatus = (typeof CONTACT_STATUSES)[number];

/**
 * A person an organization knows, by e-mail address. Tickets show the names that stand here.
 *
 * Erasing a person leaves an empty row without an address: tickets, which are anonymous seats from then on, refer to it.
 *
 * No foreign key leads to the organization: in a rush every new contact would lock that one row, and the organization
 * comes from the API key anyway.
 */
@Entity('contacts')
@Unique('contacts_email_unique', ['organizationId', 'email'])
@Index('contacts_newest_first', ['organizationId', 'createdAt', 'id'])
@Index('contacts_changes', ['organizationId', 'updatedAt', 'id'])
// GIN, which only a migration can say: the search text by trigram, and tags.
@Index('contacts_search', { synchronize: false })
@Index('contacts_tagged', { synchronize: false })
@Check(
  'contacts_erased_entirely',
  `email IS NOT NULL OR num_nonnulls(first_name, last_name, phone_number, job_title, company, location, website,
    linkedin, instagram, twitter, github, birthday) + cardinality(tags) = 0`,
)
export class Contact {
  @PrimaryColumn(CODE)
  organizationId!: string;

  @PrimaryColumn(CODE)
  id!: string;

  /** Trimmed and lower-cased; null when the person was erased. */
  @Column({ ...CODE, nullable: true })
  email!: string | null;

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

  /** What a search looks through: names and e-mail address, each after a space. */
  @Column({
    ...CODE,
    generatedType: 'STORED',
    asExpression: `lower(' ' || coalesce(first_name, '') || ' ' || coalesce(last_name, '')) || ' ' || email`,
    nullable: true,
    select: false,
    insert: false,
    update: false,
  })
  searchText?: string | null;

  /** In milliseconds, like the cursors that point between two rows. */
  @CreateDateColumn({ type: 'timestamptz', precision: 3 })
  createdAt!: Date;

  @UpdateDateColumn({ type: 'timestamptz', precision: 3 })
  updatedAt!: Date;
}

/** What a contact has of which nothing is known. */
export const UNKNOWN = {
  email: null,
  firstName: null,
  lastName: null,
  phoneNumber: null,
  jobTitle: null,
  company: null,
  location: null,
  website: null,
  linkedin: null,
  instagram: null,
  twitter: null,
  github: null,
  birthday: null,
  tags: [] as string[],
} satisfies Partial<Contact>;

/** A contact that was not erased. */
export type PresentContact = Contact & { email: string };

export function isPresent(contact: Contact): contact is PresentContact {
  return contact.email !== null;
}
