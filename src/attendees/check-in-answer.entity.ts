import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { CODE } from '../common/database/columns';

/**
 * The answer to the first scan with a nonce. Nobody sees a row before its scan is decided: they commit together.
 *
 * No foreign key leads to the event: scanners would lock that one row, each of them, while tickets are being sold.
 */
@Entity('check_in_answers')
@Index('check_in_answers_of_contact', ['organizationId', 'contactId'], { where: 'contact_id IS NOT NULL' })
export class CheckInAnswer {
  @PrimaryColumn(CODE)
  organizationId!: string;

  @PrimaryColumn(CODE)
  eventId!: string;

  @PrimaryColumn(CODE)
  nonce!: string;

  /** What was scanned, as the scanner named it. */
  @Column(CODE)
  ticket!: string;

  /** HTTP status. */
  @Column('smallint', { nullable: true })
  status!: number | null;

  /** JSON text; null when it was erased with the contact that it spoke of. */
  @Column('text', { nullable: true })
  body!: string | null;

  /** The contact that the answer speaks of. */
  @Column({ ...CODE, nullable: true })
  contactId!: string | null;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;
}
