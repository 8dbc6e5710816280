import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  IsBoolean,
  IsInt,
  IsNotEmpty,
  IsNumber,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { trimmed } from '../../common/http/transforms';
import { TICKET_CLASS_STATUSES, type TicketClassStatus } from '../ticket-class.entity';
import { MAX_SEATS } from './write-event.dto';

export class CreateTicketClassDto {
  /** Unique among the event's active ticket classes. */
  @ApiProperty({ maxLength: 120, example: 'Balcony' })
  @Transform(trimmed)
  @IsString()
  @IsNotEmpty()
  @MaxLength(120)
  name!: string;

  @ApiProperty({ required: false, type: String, nullable: true, maxLength: 5_000 })
  @IsOptional()
  @IsString()
  @MaxLength(5_000)
  description?: string | null;

  /** Major units of the event's currency. */
  @ApiProperty({ required: false, default: 0, minimum: 0, example: 40 })
  @IsOptional()
  @IsNumber({ maxDecimalPlaces: 3, allowInfinity: false, allowNaN: false })
  @Min(0)
  @Max(999_999_999)
  cost?: number;

  /** Most seats held at once; 0 is unlimited. */
  @ApiProperty({ required: false, default: 0, minimum: 0, maximum: MAX_SEATS, example: 80 })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MAX_SEATS)
  quantity_total?: number;

  /** Default: the event's `require_approval`. */
  @IsOptional()
  @IsBoolean()
  require_approval?: boolean;
}

export class TicketClassDto {
  @ApiProperty({ example: 'tcl_01k5x9a3v8e6rr4c1m2n3p4q5s' })
  id!: string;

  @ApiProperty({ example: 'General Admission' })
  name!: string;

  @ApiProperty({ type: String, nullable: true, example: null })
  description!: string | null;

  @ApiProperty({ enum: TICKET_CLASS_STATUSES, example: 'active' })
  status!: TicketClassStatus;

  /** The event's. */
  @ApiProperty({ example: 'EUR' })
  currency!: string;

  /** Major units. */
  @ApiProperty({ example: 25 })
  cost!: number;

  @ApiProperty({ example: false })
  free!: boolean;

  /** Most seats held at once; 0 is unlimited. */
  @ApiProperty({ example: 200 })
  quantity_total!: number;

  /** Tickets that are `valid` or `checked_in`. */
  @ApiProperty({ example: 120 })
  quantity_sold!: number;

  /** Null is unlimited. */
  @ApiProperty({ type: Number, nullable: true, example: 80 })
  seats_remaining!: number | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  sales_start!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  sales_end!: string | null;

  @ApiProperty({ example: 1 })
  minimum_per_order!: number;

  /** Null is no limit. */
  @ApiProperty({ type: Number, nullable: true, example: null })
  maximum_per_order!: number | null;

  @ApiProperty({ example: false })
  require_approval!: boolean;

  @ApiProperty({ example: false })
  hide_on_event_page!: boolean;

  @ApiProperty({ format: 'date-time', example: '2026-05-26T12:00:00.000Z' })
  created_at!: string;

  @ApiProperty({ format: 'date-time', example: '2026-05-26T12:00:00.000Z' })
  updated_at!: string;
}

export class TicketClassListDto {
  data!: TicketClassDto[];
}
