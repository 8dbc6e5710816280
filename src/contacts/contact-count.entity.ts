import { Column, Entity, PrimaryColumn } from 'typeorm';
import { CODE } from '../common/database/columns';

/**
 * How many contacts an organization has is the sum of its rows. There are as many rows as transactions ever wrote
 * contacts at once, and none waits for another. Triggers on `contacts` keep them, whoever writes there.
 */
@Entity('contact_counts')
export class ContactCount {
  @PrimaryColumn(CODE)
  organizationId!: string;

  @PrimaryColumn('uuid')
  id!: string;

  /** May be negative. */
  @Column('integer')
  contacts!: number;
}
