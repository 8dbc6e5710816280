import { ApiProperty, OmitType, PartialType } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  IsBoolean,
  IsDefined,
  IsIn,
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
import { IsHttpsUrl } from '../../common/http/is-https-url.decorator';
import { Omittable } from '../../common/http/omittable.decorator';
import { trimmed, upperCase } from '../../common/http/transforms';
import {
  EVENT_STATUSES,
  type EventStatus,
  REGISTRATION_STATUSES,
  type RegistrationStatus,
} from '../event.entity';
import { IsLocation } from '../is-location.validator';
import { IsAfterMoment } from '../is-moment.validator';
import { MAX_PRICE } from '../price';
import { MAX_SEATS } from '../seats';
import { SuitsCurrency } from '../suits-currency.validator';
import { EventTimeInputDto } from './event-time.dto';
import { VenueInputDto } from './venue.dto';

// No defaults stand in these properties: the same ones describe a PATCH, which leaves what is not given as it is.
export class CreateEventDto {
  @ApiProperty({ minLength: 1, maxLength: 200, example: 'Autumn Concert' })
  @Transform(trimmed)
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  name!: string;

  @ApiProperty({ type: EventTimeInputDto })
  @IsDefined()
  @IsObject()
  @ValidateNested()
  @Type(() => EventTimeInputDto)
  start!: EventTimeInputDto;

  /** After `start`. */
  @ApiProperty({
    required: false,
    type: EventTimeInputDto,
    nullable: true,
    example: { utc: '2026-11-05T22:00:00', timezone: 'Europe/Berlin' },
  })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => EventTimeInputDto)
  @IsAfterMoment('start')
  end?: EventTimeInputDto | null;

  /** An `https://` URL makes the event virtual and is its `online_url`; anything else is the venue's address. */
  @ApiProperty({
    required: false,
    type: String,
    nullable: true,
    maxLength: 2_000,
    example: 'Marktplatz 1, Bremen',
  })
  @IsOptional()
  @Transform(trimmed)
  @IsString()
  @IsNotEmpty()
  @MaxLength(2_000)
  @IsLocation()
  location?: string | null;

  /** ISO 4217, in upper or lower case. */
  @ApiProperty({ required: false, example: 'EUR' })
  @Omittable()
  @Transform(upperCase)
  @IsISO4217CurrencyCode({ message: 'must be an ISO 4217 currency code' })
  currency?: string;

  /** Most seats held at once; 0 is unlimited. */
  @ApiProperty({ required: false, type: 'integer', minimum: 0, maximum: MAX_SEATS, example: 500 })
  @Omittable()
  @IsInt()
  @Min(0)
  @Max(MAX_SEATS)
  capacity?: number;

  /**
   * Price of the ticket class "General Admission" that is made with the event, in major units, with as many decimals
   * as the currency has.
   */
  @ApiProperty({ required: false, default: 0, minimum: 0, maximum: MAX_PRICE, example: 25 })
  @Omittable()
  @IsNumber({ allowInfinity: false, allowNaN: false })
  @Min(0)
  @Max(MAX_PRICE)
  @SuitsCurrency('currency')
  ticket_price?: number;

  @ApiProperty({
    required: false,
    type: String,
    nullable: true,
    maxLength: 50_000,
    example: 'An evening of chamber music.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(50_000)
  description?: string | null;

  /** Whether new ticket classes ask for approval unless they say otherwise, "General Admission" included. */
  @ApiProperty({ required: false, example: false })
  @Omittable()
  @IsBoolean()
  require_approval?: boolean;

  @ApiProperty({ required: false, example: false })
  @Omittable()
  @IsBoolean()
  hidden?: boolean;
}

/** At least one field. What is left out stays as it is. */
export class UpdateEventDto extends PartialType(OmitType(CreateEventDto, ['ticket_price']), {
  skipNullProperties: false,
}) {
  /**
   * `inactive` takes the event out of the list that asks for no status. Its ticket pages tell guests to ask whether it
   * takes place, and in calendars it becomes tentative. Tickets are issued, changed and checked in as before; who wants
   * to end the sale closes the registration.
   */
  @ApiProperty({ required: false, enum: EVENT_STATUSES, example: 'inactive' })
  @Omittable()
  @IsIn(EVENT_STATUSES)
  status?: EventStatus;

  @ApiProperty({ required: false, enum: REGISTRATION_STATUSES, example: 'closed' })
  @Omittable()
  @IsIn(REGISTRATION_STATUSES)
  registration_status?: RegistrationStatus;

  /** Replaces the whole venue; null clears it. */
  @ApiProperty({ required: false, type: VenueInputDto, nullable: true })
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => VenueInputDto)
  venue?: VenueInputDto | null;

  /** An `https://` URL; null clears it. */
  @ApiProperty({
    required: false,
    type: String,
    nullable: true,
    maxLength: 2_000,
    example: 'https://example.org/live',
  })
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  @IsHttpsUrl()
  online_url?: string | null;

  /** An `https://` URL of an image; null clears it. */
  @ApiProperty({
    required: false,
    type: String,
    nullable: true,
    maxLength: 2_000,
    example: 'https://example.org/autumn.jpg',
  })
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  @IsHttpsUrl()
  cover_image?: string | null;
}
