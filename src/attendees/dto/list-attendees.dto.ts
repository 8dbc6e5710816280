import { ApiProperty, PickType } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { IsInstant } from '../../common/http/is-instant.decorator';
import { CursorPaginationDto, CursorQueryDto } from '../../common/http/pagination.dto';
import { COMMA_SEPARATED } from '../../common/http/comma-separated';
import { blankToUndefined, commaSeparated, trimmedLowerCase } from '../../common/http/transforms';
import { ATTENDEE_STATUSES, type AttendeeStatus } from '../attendee.entity';
import { AttendeeDto } from './attendee.dto';

const LISTABLE_STATUSES = ATTENDEE_STATUSES.filter((status) => status !== 'deleted');

export class ListAttendeesDto extends CursorQueryDto {
  /** Comma separated. */
  @ApiProperty({
    ...COMMA_SEPARATED,
    required: false,
    enum: LISTABLE_STATUSES,
    default: ['valid', 'checked_in'],
    example: ['valid', 'checked_in'],
  })
  @Transform(commaSeparated)
  @IsIn(LISTABLE_STATUSES, { each: true, message: `must be among ${LISTABLE_STATUSES.join(', ')}` })
  status: AttendeeStatus[] = ['valid', 'checked_in'];

  /** Exact e-mail address. */
  @ApiProperty({ required: false, example: 'ada@example.org' })
  @Transform(trimmedLowerCase)
  @IsOptional()
  @IsString()
  @MaxLength(254)
  email?: string;

  @ApiProperty({ required: false, example: 'tcl_01k5x9a3v8e6rr4c1m2n3p4q5s' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  ticket_class_id?: string;

  @ApiProperty({ required: false, example: 'con_01k5x9a3v8e6rr4c1m2n3p4q5s' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  contact_id?: string;

  @ApiProperty({ required: false, example: 'pay_01k5x9a3v8e6rr4c1m2n3p4q5s' })
  @IsOptional()
  @IsString()
  @MaxLength(40)
  payment_id?: string;

  /**
   * Part of the name (first and last, with one space between) or of the e-mail address, in upper or lower case. Blank
   * finds everybody; one or two letters find first names, last names and addresses that begin with them.
   */
  @ApiProperty({ required: false, maxLength: 254, example: 'lovelace' })
  @Transform(blankToUndefined)
  @IsOptional()
  @IsString()
  @MaxLength(254)
  q?: string;

  /** Only what changed then or later, latest change last. */
  @ApiProperty({ required: false, type: String, format: 'date-time', example: '2026-05-26T12:00:00.000Z' })
  @IsOptional()
  @IsInstant()
  updated_since?: Date;
}

/** The filters of the list that a contact's attendees are asked for by. */
export class ListContactAttendeesDto extends PickType(ListAttendeesDto, [
  'status',
  'page',
  'page_size',
  'cursor',
]) {}

export class AttendeePageDto {
  data!: AttendeeDto[];

  pagination!: CursorPaginationDto;
}
