import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import {
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
  MinDate,
} from 'class-validator';
import { ALL_SCOPES, ORGANIZATION_SCOPES, type Scope } from '../../common/auth/scopes';
import { IsInstant } from '../../common/http/is-instant.decorator';
import { PaginationDto } from '../../common/http/pagination.dto';
import { trimmed } from '../../common/http/transforms';
import { API_KEY_STATUSES, type ApiKeyStatus } from '../api-key.entity';

export class CreateApiKeyDto {
  /** What the key is for. */
  @ApiProperty({ maxLength: 120, example: 'Box office' })
  @Transform(trimmed)
  @IsString()
  @IsNotEmpty()
  @MaxLength(120)
  name!: string;

  /** `write` implies `read`. */
  @ApiProperty({ enum: ORGANIZATION_SCOPES, isArray: true, example: ['attendees:write', 'events:read'] })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayUnique()
  @IsIn(ORGANIZATION_SCOPES, { each: true, message: () => `must be among ${ORGANIZATION_SCOPES.join(', ')}` })
  scopes!: Scope[];

  /** When the key stops working: in the future, ISO 8601 with an offset. Default: never, or when the caller's key expires. */
  @ApiProperty({
    required: false,
    type: String,
    format: 'date-time',
    nullable: true,
    example: '2030-01-01T00:00:00.000Z',
  })
  @IsOptional()
  @IsInstant()
  @MinDate(() => new Date(), { message: 'must be in the future' })
  expires_at?: Date | null;
}

export class RotateApiKeyDto {
  /** How many seconds the old key works on. 0 stops it at once, for a key that has leaked. */
  @ApiProperty({
    required: false,
    type: 'integer',
    minimum: 0,
    maximum: 604_800,
    default: 3_600,
    example: 86_400,
  })
  @IsInt()
  @Min(0)
  @Max(604_800)
  grace_seconds: number = 3_600;
}

export class ApiKeyDto {
  @ApiProperty({ example: 'key_01k5x9a3v8e6rr4c1m2n3p4q5s' })
  id!: string;

  @ApiProperty({ example: 'Box office' })
  name!: string;

  /** The first characters of the key, to recognise it by. */
  @ApiProperty({ example: 'usher_k3Jx0q' })
  key_prefix!: string;

  /** `admin:queues` is the operator's alone, and given on the command line. */
  @ApiProperty({ enum: ALL_SCOPES, isArray: true, example: ['attendees:write', 'events:read'] })
  scopes!: Scope[];

  @ApiProperty({ enum: API_KEY_STATUSES, example: 'active' })
  status!: ApiKeyStatus;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  expires_at!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  revoked_at!: string | null;

  /** The key that came from rotating this one. */
  @ApiProperty({ type: String, nullable: true, example: null })
  replaced_by!: string | null;

  /** Noted at most once a minute. */
  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: '2026-05-26T12:00:00.000Z' })
  last_used_at!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-05-26T12:00:00.000Z' })
  created_at!: string;
}

export class NewApiKeyDto extends ApiKeyDto {
  /** The key itself. It is shown this once; only its hash is kept. */
  @ApiProperty({ example: 'usher_k3Jx0qV9mC6u2bLw8hT5yR1dN7sF4gZaXeKpQiOjYvM' })
  key!: string;
}

export class RotatedApiKeyDto extends NewApiKeyDto {
  /** The old key, with the time until which it works. */
  replaces!: ApiKeyDto;
}

export class ApiKeyPageDto {
  data!: ApiKeyDto[];

  pagination!: PaginationDto;
}

export class OrganizationDto {
  @ApiProperty({ example: 'org_01k5x9a3v8e6rr4c1m2n3p4q5s' })
  id!: string;

  @ApiProperty({ example: 'Fika Events' })
  name!: string;

  @ApiProperty({ example: 'EUR' })
  currency!: string;
}

export class MeDto {
  organization!: OrganizationDto;

  api_key!: ApiKeyDto;
}
