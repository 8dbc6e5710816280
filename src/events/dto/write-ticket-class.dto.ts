import { ApiProperty, PartialType } from '@nestjs/swagger';
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
import { IsAfter, IsInstant } from '../../common/http/is-instant.decorator';
import { IsNotLessThan } from '../../common/http/is-not-less-than.decorator';
import { Omittable } from '../../common/http/omittable.decorator';
import { trimmed } from '../../common/http/transforms';
import { MAX_PRICE } from '../price';
import { MAX_SEATS } from '../seats';

// No defaults stand in these properties: the same ones describe a PATCH, which leaves what is not given as it is.
export class CreateTicketClassDto {
  /** Trimmed. Unique among the event's active ticket classes, where "VIP" and "vip" are two names. */
  @ApiProperty({ maxLength: 120, example: 'Balcony' })
  @Transform(trimmed)
  @IsString()
  @IsNotEmpty()
  @MaxLength(120)
  name!: string;

  @ApiProperty({
    required: false,
    type: String,
    nullable: true,
    maxLength: 5_000,
    example: 'Unnumbered seats.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(5_000)
  description?: string | null;

  /** Major units of the event's currency, with as many decimals as it has. */
  @ApiProperty({ required: false, minimum: 0, maximum: MAX_PRICE, example: 40 })
  @Omittable()
  @IsNumber({ allowInfinity: false, allowNaN: false })
  @Min(0)
  @Max(MAX_PRICE)
  cost?: number;

  /** Most seats held at once; 0 is unlimited. */
  @ApiProperty({ required: false, type: 'integer', minimum: 0, maximum: MAX_SEATS, example: 80 })
  @Omittable()
  @IsInt()
  @Min(0)
  @Max(MAX_SEATS)
  quantity_total?: number;

  /** Null: from now on. */
  @ApiProperty({
    required: false,
    type: String,
    format: 'date-time',
    nullable: true,
    example: '2026-08-01T08:00:00Z',
  })
  @IsOptional()
  @IsInstant()
  sales_start?: Date | null;

  /** After `sales_start`. Null: without end. */
  @ApiProperty({
    required: false,
    type: String,
    format: 'date-time',
    nullable: true,
    example: '2026-11-05T16:00:00Z',
  })
  @IsOptional()
  @IsInstant()
  @IsAfter('sales_start')
  sales_end?: Date | null;

  @ApiProperty({ required: false, type: 'integer', minimum: 1, maximum: MAX_SEATS, example: 1 })
  @Omittable()
  @IsInt()
  @Min(1)
  @Max(MAX_SEATS)
  minimum_per_order?: number;

  /** Not below `minimum_per_order`. Null: no limit. */
  @ApiProperty({
    required: false,
    type: 'integer',
    nullable: true,
    minimum: 1,
    maximum: MAX_SEATS,
    example: 10,
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(MAX_SEATS)
  @IsNotLessThan('minimum_per_order')
  maximum_per_order?: number | null;

  @ApiProperty({ required: false, example: false })
  @Omittable()
  @IsBoolean()
  require_approval?: boolean;

  @ApiProperty({ required: false, example: false })
  @Omittable()
  @IsBoolean()
  hide_on_event_page?: boolean;
}

/** At least one field. What is left out stays as it is. */
export class UpdateTicketClassDto extends PartialType(CreateTicketClassDto, { skipNullProperties: false }) {}
