import { ApiProperty } from '@nestjs/swagger';
import { PaginationDto } from '../../common/http/pagination.dto';
import { ATTENDEE_STATUSES, type AttendeeStatus } from '../attendee.entity';

export class StatusChangeDto {
  @ApiProperty({ example: 'chg_01k5x9a3v8e6rr4c1m2n3p4q5s' })
  id!: string;

  @ApiProperty({ enum: ATTENDEE_STATUSES, example: 'pending_approval' })
  from!: AttendeeStatus;

  @ApiProperty({ enum: ATTENDEE_STATUSES, example: 'valid' })
  to!: AttendeeStatus;

  @ApiProperty({ format: 'date-time', example: '2026-05-26T12:00:00.000Z' })
  at!: string;

  /** The key that made the change. */
  @ApiProperty({ example: 'key_01k5x9a3v8e6rr4c1m2n3p4q5s' })
  api_key_id!: string;

  @ApiProperty({ type: String, nullable: true, example: 'See you at the concert!' })
  custom_message!: string | null;
}

export class StatusHistoryDto {
  data!: StatusChangeDto[];

  pagination!: PaginationDto;
}
