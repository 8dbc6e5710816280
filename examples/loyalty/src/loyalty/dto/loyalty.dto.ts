import { ApiProperty } from '@nestjs/swagger';
import { IsInt, Max, Min } from 'class-validator';
import { CursorPaginationDto } from '../../common/http/pagination.dto';

export class LoyaltyDto {
  @ApiProperty({ example: 'con_01k5x9a3v8e6rr4c1m2n3p4q5s' })
  contact_id!: string;

  /** What can be redeemed. */
  @ApiProperty({ type: 'integer', example: 120 })
  points!: number;
}

export class LoyaltyEntryDto {
  @ApiProperty({ example: 'loy_01k5x9a3v8e6rr4c1m2n3p4q5s' })
  id!: string;

  @ApiProperty({ example: 'con_01k5x9a3v8e6rr4c1m2n3p4q5s' })
  contact_id!: string;

  /** The ticket that earned the points; null when they were redeemed. */
  @ApiProperty({ type: String, nullable: true, example: 'tkt_01k5x9a3v8e6rr4c1m2n3p4q5s' })
  attendee_id!: string | null;

  /** Negative when they were redeemed. */
  @ApiProperty({ type: 'integer', example: 10 })
  points!: number;

  @ApiProperty({ format: 'date-time', example: '2026-05-26T12:00:00.000Z' })
  created_at!: string;
}

export class LoyaltyEntryPageDto {
  data!: LoyaltyEntryDto[];

  pagination!: CursorPaginationDto;
}

export class RedeemPointsDto {
  /** How many points to redeem. */
  @ApiProperty({ type: 'integer', example: 50 })
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  points!: number;
}
