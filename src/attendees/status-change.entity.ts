import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { CODE, withOrganization } from '../common/database/columns';
import { Attendee, type AttendeeStatus } from './attendee.entity';

/** One entry of an attendee's status history. */
@Entity('attendee_status_changes')
export class StatusChange {
  @PrimaryColumn(CODE)
  organizationId!: string;

  @PrimaryColumn(CODE)
  attendeeId!: string;

  @PrimaryColumn(CODE)
  id!: string;

  @ManyToOne(() => Attendee)
  @JoinColumn(withOrganization('attendee_id'))
  attendee?: Attendee;

  @Column({ ...CODE, name: 'from_status' })
  from!: AttendeeStatus;

  @Column({ ...CODE, name: 'to_status' })
  to!: AttendeeStatus;

  @Column(CODE)
  apiKeyId!: string;

  @Column('text', { nullable: true })
  customMessage!: string | null;

  @Column('timestamptz')
  createdAt!: Date;
}
