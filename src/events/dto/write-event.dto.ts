import { ApiProperty } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  IsBoolean,
  IsDefined,
  IsInt,
  IsISO4217CurrencyCode,
  IsNotEmpty,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { IsMoment, IsTimezone } from '../is-moment.validator';
import { trimmed } from '../../common/http/transforms';

export const MAX_SEATS = 10_000_000;

export class EventTimeInputDto {
  /** ISO 8601. With `Z` or an offset it is that instant; without, wall-clock time in `timezone`. */
  @ApiProperty({ example: '2026-11-05T19:00:00' })
  @IsMoment()
  utc!: string;

  /** IANA time zone. */
  @ApiProperty({ example: 'Europe/Berlin' })
  @IsTimezone()
  timezone!: string;
}

export class CreateEventDto {
  @ApiProperty({ maxLength: 200, example: 'Autumn Concert' })
  @Transform(trimmed)
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  name!: string;

  @IsDefined()
  @IsObject()
  @ValidateNested()
  @Type(() => EventTimeInputDto)
  start!: EventTimeInputDto;

  /** After `start`. */
  @ApiProperty({ required: false, type: EventTimeInputDto, nullable: true })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => EventTimeInputDto)
  end?: EventTimeInputDto | null;

  /** An `https://` URL makes the event virtual; anything else is the venue's address. */
  @ApiProperty({
    required: false,
    type: String,
    nullable: true,
    maxLength: 500,
    example: 'Marktplatz 1, Bremen',
  })
  @IsOptional()
  @Transform(trimmed)
  @IsString()
  @IsNotEmpty()
  @MaxLength(500)
  location?: string | null;

  /** ISO 4217. Default: the organization's. */
  @ApiProperty({ required: false, example: 'EUR' })
  @IsOptional()
  @Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.toUpperCase() : value))
  @IsISO4217CurrencyCode({ message: 'must be an ISO 4217 currency code' })
  currency?: string;

  /** Most seats held at once; 0 is unlimited. */
  @ApiProperty({ required: false, default: 0, minimum: 0, maximum: MAX_SEATS, example: 500 })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(MAX_SEATS)
  capacity?: number;

  /** Price of the ticket class "General Admission" that is made with the event, in major units. */
  @ApiProperty({ required: false, default: 0, minimum: 0, example: 25 })
  @IsOptional()
  @IsNumber({ maxDecimalPlaces: 3, allowInfinity: false, allowNaN: false })
  @Min(0)
  @Max(999_999_999)
  ticket_price?: number;

  @ApiProperty({ required: false, type: String, nullable: true, maxLength: 50_000 })
  @IsOptional()
  @IsString()
  @MaxLength(50_000)
  description?: string | null;

  /** Whether "General Admission" asks for approval. */
  @ApiProperty({ required: false, default: false })
  @IsOptional()
  @IsBoolean()
  require_approval?: boolean;

  @ApiProperty({ required: false, default: false })
  @IsOptional()
  @IsBoolean()
  hidden?: boolean;
}

export class UpdateEventDto {
  /** Most seats held at once; 0 is unlimited. Below what is held already it closes the event to more. */
  @ApiProperty({ required: false, minimum: 0, maximum: MAX_SEATS, example: 500 })
  @IsInt()
  @Min(0)
  @Max(MAX_SEATS)
  capacity!: number;
}
