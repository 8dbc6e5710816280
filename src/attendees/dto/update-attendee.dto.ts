import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsBoolean, IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { blankToUndefined } from '../../common/http/transforms';
import { ATTENDEE_STATUSES, type AttendeeStatus } from '../attendee.entity';

export class UpdateAttendeeDto {
  @ApiProperty({ enum: ATTENDEE_STATUSES, example: 'valid' })
  @IsIn(ATTENDEE_STATUSES)
  status!: AttendeeStatus;

  /** True tells the guest about the change by e-mail. */
  @ApiProperty({ required: false, default: false, example: true })
  @IsOptional()
  @IsBoolean()
  notify_guest?: boolean;

  /** Kept in the status history, and part of the e-mail when the guest is notified. */
  @ApiProperty({
    type: String,
    required: false,
    nullable: true,
    maxLength: 10_000,
    example: 'See you at the concert!',
  })
  @Transform(blankToUndefined)
  @IsOptional()
  @IsString()
  @MaxLength(10_000)
  custom_message?: string;
}
