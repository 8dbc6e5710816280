import { ApiProperty } from '@nestjs/swagger';
import {
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsISO8601,
  IsNotEmpty,
  IsOptional,
  IsString,
  MaxLength,
} from 'class-validator';
import { ALL_SCOPES, type Scope } from '../../common/auth/scopes';

export class CreateApiKeyDto {
  /** What the key is for. */
  @ApiProperty({ example: 'Box office' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(120)
  name!: string;

  /** `write` implies `read`. */
  @ApiProperty({ enum: ALL_SCOPES, isArray: true, example: ['attendees:write', 'events:read'] })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayUnique()
  @IsIn(ALL_SCOPES, { each: true, message: `must be among ${ALL_SCOPES.join(', ')}` })
  scopes!: Scope[];

  /** When the key stops working, ISO 8601 with an offset. Default: never. */
  @ApiProperty({ required: false, type: String, format: 'date-time', example: '2027-01-01T00:00:00.000Z' })
  @IsOptional()
  @IsISO8601({ strict: true })
  expires_at?: string;
}

export class ApiKeyDto {
  @ApiProperty({ example: 'key_01k5x9a3v8e6rr4c1m2n3p4q5s' })
  id!: string;

  @ApiProperty({ example: 'Box office' })
  name!: string;

  /** The first characters of the key, to recognise it by. */
  @ApiProperty({ example: 'usher_k3Jx0q' })
  key_prefix!: string;

  @ApiProperty({ enum: ALL_SCOPES, isArray: true, example: ['attendees:write', 'events:read'] })
  scopes!: Scope[];

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  expires_at!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true, example: null })
  last_used_at!: string | null;

  @ApiProperty({ format: 'date-time', example: '2026-05-26T12:00:00.000Z' })
  created_at!: string;
}

export class NewApiKeyDto extends ApiKeyDto {
  /** The key itself. It is shown this once; only its hash is kept. */
  @ApiProperty({ example: 'usher_k3Jx0qV9mC6u2bLw8hT5yR1dN7sF4gZaXeKpQiOjYvM' })
  key!: string;
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
