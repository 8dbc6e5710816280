import { ApiProperty } from '@nestjs/swagger';
import { IsMoment, IsTimezone } from '../is-moment.validator';

export class EventTimeInputDto {
  /**
   * ISO 8601. With `Z` or an offset it is that instant; without, wall-clock time in `timezone`. A time that clocks skip
   * when they go forward is refused; of a time that they show twice when they go back the first is meant, and an
   * offset names the other.
   */
  @ApiProperty({ example: '2026-11-05T19:00:00' })
  @IsMoment()
  utc!: string;

  /** IANA time zone. */
  @ApiProperty({ example: 'Europe/Berlin' })
  @IsTimezone()
  timezone!: string;
}

export class EventTimeDto {
  @ApiProperty({ format: 'date-time', example: '2026-11-05T18:00:00.000Z' })
  utc!: string;

  /** IANA time zone. */
  @ApiProperty({ example: 'Europe/Berlin' })
  timezone!: string;
}
