import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { CursorPaginationDto, CursorQueryDto } from '../../common/http/pagination.dto';
import { trimmedLowerCase } from '../../common/http/transforms';
import { ATTENDEE_STATUSES, type AttendeeStatus } from '../attendee.entity';
import { AttendeeDto } from './attendee.dto';

export const LISTABLE_STATUSES = ATTENDEE_STATUSES.filter((status) => status !== 'deleted');

export class ListAttendeesDto extends CursorQueryDto {
  /** Comma separated. */
  @ApiProperty({
    required: false,
    type: String,
    default: 'valid,checked_in',
    example: 'valid,checked_in',
    description: `Comma separated: ${LISTABLE_STATUSES.join(', ')}.`,
  })
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.split(',') : value))
  @IsIn(LISTABLE_STATUSES, { each: true, message: `must be among ${LISTABLE_STATUSES.join(', ')}` })
  status: AttendeeStatus[] = ['valid', 'checked_in'];

  /** Exact e-mail address. */
  @ApiProperty({ required: false, example: 'ada@example.org' })
  @IsOptional()
  @Transform(trimmedLowerCase)
  @IsString()
  @MaxLength(254)
  email?: string;

  @IsOptional()
  @IsString()
  @MaxLength(40)
  ticket_class_id?: string;

  @IsOptional()
  @IsString()
  @MaxLength(40)
  contact_id?: string;

  @IsOptional()
  @IsString()
  @MaxLength(40)
  payment_id?: string;
}

export class AttendeePageDto {
  data!: AttendeeDto[];

  pagination!: CursorPaginationDto;
}
