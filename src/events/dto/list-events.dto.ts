import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsOptional, IsString, MaxLength } from 'class-validator';
import { IsInstant } from '../../common/http/is-instant.decorator';
import { PageQueryDto, PaginationDto } from '../../common/http/pagination.dto';
import { COMMA_SEPARATED } from '../../common/http/comma-separated';
import { blankToUndefined, commaSeparated } from '../../common/http/transforms';
import { EVENT_STATUSES, type EventStatus } from '../event.entity';
import { EventDto } from './event.dto';

export class ListEventsDto extends PageQueryDto {
  /** Comma separated. */
  @ApiProperty({
    ...COMMA_SEPARATED,
    required: false,
    enum: EVENT_STATUSES,
    default: ['active'],
    example: ['active', 'inactive'],
  })
  @Transform(commaSeparated)
  @IsIn(EVENT_STATUSES, { each: true, message: `must be among ${EVENT_STATUSES.join(', ')}` })
  status: EventStatus[] = ['active'];

  /** Part of the name, in upper or lower case. */
  @ApiProperty({ required: false, maxLength: 200, example: 'concert' })
  @Transform(blankToUndefined)
  @IsOptional()
  @IsString()
  @MaxLength(200)
  q?: string;

  /** Only events that start at this instant or later. */
  @ApiProperty({ required: false, type: String, format: 'date-time', example: '2026-11-01T00:00:00Z' })
  @IsOptional()
  @IsInstant()
  starts_after?: Date;

  /** Only events that start before this instant. */
  @ApiProperty({ required: false, type: String, format: 'date-time', example: '2026-12-01T00:00:00Z' })
  @IsOptional()
  @IsInstant()
  starts_before?: Date;
}

export class EventPageDto {
  data!: EventDto[];

  pagination!: PaginationDto;
}
