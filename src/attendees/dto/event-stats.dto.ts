import { ApiProperty } from '@nestjs/swagger';
import { TICKET_CLASS_STATUSES, type TicketClassStatus } from '../../events/ticket-class.entity';
import type { AttendeeStatus } from '../attendee.entity';

/** How many attendees have each status. */
export class StatusCountsDto implements Record<AttendeeStatus, number> {
  @ApiProperty({ type: 'integer', example: 3 })
  invited!: number;

  @ApiProperty({ type: 'integer', example: 5 })
  pending_approval!: number;

  /** Not checked in yet. */
  @ApiProperty({ type: 'integer', example: 60 })
  valid!: number;

  @ApiProperty({ type: 'integer', example: 40 })
  checked_in!: number;

  @ApiProperty({ type: 'integer', example: 1 })
  rejected!: number;

  @ApiProperty({ type: 'integer', example: 2 })
  deleted!: number;
}

export class TicketClassStatsDto {
  @ApiProperty({ example: 'tcl_01k5x9a3v8e6rr4c1m2n3p4q5s' })
  ticket_class_id!: string;

  @ApiProperty({ example: 'General Admission' })
  ticket_class_name!: string;

  @ApiProperty({ enum: TICKET_CLASS_STATUSES, example: 'active' })
  ticket_class_status!: TicketClassStatus;

  by_status!: StatusCountsDto;

  /** Null is unlimited. The event may have fewer. */
  @ApiProperty({ type: 'integer', nullable: true, example: 20 })
  seats_remaining!: number | null;
}

export class HourOfCheckInsDto {
  /** When the hour begins. */
  @ApiProperty({ format: 'date-time', example: '2026-05-26T18:00:00.000Z' })
  hour!: string;

  @ApiProperty({ type: 'integer', example: 40 })
  check_ins!: number;
}

export class EventStatsDto {
  @ApiProperty({ example: 'evt_01k5x9a3v8e6rr4c1m2n3p4q5s' })
  event_id!: string;

  by_status!: StatusCountsDto;

  /** Newest class first; deleted ones only when they have attendees. */
  by_ticket_class!: TicketClassStatsDto[];

  /** Null is unlimited. */
  @ApiProperty({ type: 'integer', nullable: true, example: 20 })
  seats_remaining!: number | null;

  /** The attendees that are checked in, by the hour; hours without any are left out. The latest 1,000 hours. */
  check_ins_over_time!: HourOfCheckInsDto[];
}
