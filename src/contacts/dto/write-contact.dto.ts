import { ApiProperty, PartialType } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsOptional, IsString, Length, MaxLength } from 'class-validator';
import { IsEmailAddress } from '../../common/http/is-email-address.decorator';
import { IsPhoneNumber } from '../../common/http/is-phone-number.decorator';
import { Omittable } from '../../common/http/omittable.decorator';
import { blankToNull, trimmedAndUnique } from '../../common/http/transforms';
import { CONTACT_STATUSES, type ContactStatus } from '../contact.entity';
import { IsPastDate } from '../is-past-date.validator';
import { IsProfile, IsWebUrl } from '../is-profile.validator';

const MAX_TAGS = 50;
const MAX_TAG_LENGTH = 50;

/** Text is trimmed; null and blank text clear a field. */
export class CreateContactDto {
  /** Trimmed and lower-cased; unique in the organization. */
  @ApiProperty({ format: 'email', maxLength: 254, example: 'ada@example.org' })
  @IsEmailAddress()
  email!: string;

  @ApiProperty({ type: String, required: false, nullable: true, maxLength: 120, example: 'Ada' })
  @Transform(blankToNull)
  @IsOptional()
  @IsString()
  @MaxLength(120)
  first_name?: string | null;

  @ApiProperty({ type: String, required: false, nullable: true, maxLength: 120, example: 'Lovelace' })
  @Transform(blankToNull)
  @IsOptional()
  @IsString()
  @MaxLength(120)
  last_name?: string | null;

  /** E.164. */
  @ApiProperty({ type: String, required: false, nullable: true, example: '+4915123456789' })
  @Transform(blankToNull)
  @IsOptional()
  @IsPhoneNumber()
  phone_number?: string | null;

  @ApiProperty({ type: String, required: false, nullable: true, maxLength: 200, example: 'Analyst' })
  @Transform(blankToNull)
  @IsOptional()
  @IsString()
  @MaxLength(200)
  job_title?: string | null;

  @ApiProperty({ type: String, required: false, nullable: true, maxLength: 200, example: 'Engines Ltd' })
  @Transform(blankToNull)
  @IsOptional()
  @IsString()
  @MaxLength(200)
  company?: string | null;

  @ApiProperty({ type: String, required: false, nullable: true, maxLength: 200, example: 'London' })
  @Transform(blankToNull)
  @IsOptional()
  @IsString()
  @MaxLength(200)
  location?: string | null;

  /** An `http://` or `https://` URL. */
  @ApiProperty({
    type: String,
    required: false,
    nullable: true,
    maxLength: 2_000,
    example: 'https://ada.example.org',
  })
  @Transform(blankToNull)
  @IsOptional()
  @MaxLength(2_000)
  @IsWebUrl()
  website?: string | null;

  /** A profile name or URL, like the three that follow. */
  @ApiProperty({ type: String, required: false, nullable: true, maxLength: 200, example: 'ada-lovelace' })
  @Transform(blankToNull)
  @IsOptional()
  @MaxLength(200)
  @IsProfile()
  linkedin?: string | null;

  @ApiProperty({ type: String, required: false, nullable: true, maxLength: 200, example: '@ada' })
  @Transform(blankToNull)
  @IsOptional()
  @MaxLength(200)
  @IsProfile()
  instagram?: string | null;

  @ApiProperty({ type: String, required: false, nullable: true, maxLength: 200, example: '@ada' })
  @Transform(blankToNull)
  @IsOptional()
  @MaxLength(200)
  @IsProfile()
  twitter?: string | null;

  @ApiProperty({
    type: String,
    required: false,
    nullable: true,
    maxLength: 200,
    example: 'https://github.com/ada',
  })
  @Transform(blankToNull)
  @IsOptional()
  @MaxLength(200)
  @IsProfile()
  github?: string | null;

  /** A calendar date, from 1900-01-01 to today. */
  @ApiProperty({ type: String, format: 'date', required: false, nullable: true, example: '1985-12-10' })
  @Transform(blankToNull)
  @IsOptional()
  @IsPastDate()
  birthday?: string | null;

  /** Trimmed; one that comes twice is kept once. In upper and lower case as given. Null is the same as none. */
  @ApiProperty({
    type: 'array',
    items: { type: 'string', minLength: 1, maxLength: MAX_TAG_LENGTH },
    required: false,
    nullable: true,
    maxItems: MAX_TAGS,
    example: ['press', 'vip'],
  })
  @Transform(trimmedAndUnique)
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_TAGS)
  @Length(1, MAX_TAG_LENGTH, { each: true, message: `each must have 1 to ${MAX_TAG_LENGTH} characters` })
  tags?: string[] | null;

  /** A note for the organizer: an inactive contact can be issued tickets like any other. */
  @ApiProperty({ required: false, enum: CONTACT_STATUSES, default: 'active', example: 'active' })
  @Omittable()
  @IsIn(CONTACT_STATUSES)
  status?: ContactStatus;
}

/** At least one field. What is left out stays as it is; `tags` replaces all tags. */
export class UpdateContactDto extends PartialType(CreateContactDto, { skipNullProperties: false }) {}
