import { ApiProperty } from '@nestjs/swagger';
import {
  EVENT_STATUSES,
  type EventStatus,
  REGISTRATION_STATUSES,
  type RegistrationStatus,
} from '../event.entity';
import { EventTimeDto } from './event-time.dto';
import { VenueDto } from './venue.dto';

export class EventDto {
  @ApiProperty({ example: 'evt_01k5x9a3v8e6rr4c1m2n3p4q5s' })
  id!: string;

  @ApiProperty({ example: 'Autumn Concert' })
  name!: string;

  @ApiProperty({ type: String, nullable: true, example: 'An evening of chamber music.' })
  description!: string | null;

  @ApiProperty({ enum: EVENT_STATUSES, example: 'active' })
  status!: EventStatus;

  @ApiProperty({ enum: REGISTRATION_STATUSES, example: 'open' })
  registration_status!: RegistrationStatus;

  /** ISO 4217, upper case. */
  @ApiProperty({ example: 'EUR' })
  currency!: string;

  /** Most seats held at once; 0 is unlimited. */
  @ApiProperty({ type: 'integer', example: 500 })
  capacity!: number;

  /** Tickets that are `valid` or `checked_in`. */
  @ApiProperty({ type: 'integer', example: 120 })
  tickets_sold!: number;

  /** Null is unlimited. */
  @ApiProperty({ type: 'integer', nullable: true, example: 380 })
  seats_remaining!: number | null;

  start!: EventTimeDto;

  @ApiProperty({ type: EventTimeDto, nullable: true })
  end!: EventTimeDto | null;

  @ApiProperty({ type: VenueDto, nullable: true })
  venue!: VenueDto | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  online_url!: string | null;

  /** Whether new ticket classes ask for approval. */
  @ApiProperty({ example: false })
  require_approval!: boolean;

  @ApiProperty({ example: false })
  hidden!: boolean;

  @ApiProperty({ type: String, nullable: true, example: null })
  cover_image!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-05-26T12:00:00.000Z' })
  created_at!: string;

  @ApiProperty({ format: 'date-time', example: '2026-05-26T12:00:00.000Z' })
  updated_at!: string;
}
