import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { CursorPaginationDto, CursorQueryDto } from '../../common/http/pagination.dto';
import { IsEmailAddress } from '../../common/http/is-email-address.decorator';
import { IsPhoneNumber } from '../../common/http/is-phone-number.decorator';
import { blankToUndefined, trimmedLowerCase } from '../../common/http/transforms';
import { CONTACT_STATUSES, type ContactStatus } from '../contact.entity';

export class CreateContactDto {
  /** Trimmed and lower-cased; unique in the organization. */
  @ApiProperty({ format: 'email', maxLength: 254, example: 'ada@example.org' })
  @IsEmailAddress()
  email!: string;

  @ApiProperty({ type: String, required: false, nullable: true, maxLength: 120, example: 'Ada' })
  @Transform(blankToUndefined)
  @IsOptional()
  @IsString()
  @MaxLength(120)
  first_name?: string;

  @ApiProperty({ type: String, required: false, nullable: true, maxLength: 120, example: 'Lovelace' })
  @Transform(blankToUndefined)
  @IsOptional()
  @IsString()
  @MaxLength(120)
  last_name?: string;

  /** E.164. */
  @ApiProperty({ type: String, required: false, nullable: true, example: '+4915123456789' })
  @Transform(blankToUndefined)
  @IsOptional()
  @IsPhoneNumber()
  phone_number?: string;
}

export class ListContactsDto extends CursorQueryDto {
  /** Exact e-mail address. */
  @ApiProperty({ required: false, example: 'ada@example.org' })
  @IsOptional()
  @Transform(trimmedLowerCase)
  @IsString()
  @MaxLength(254)
  email?: string;
}

export class ContactDto {
  @ApiProperty({ example: 'con_01k5x9a3v8e6rr4c1m2n3p4q5s' })
  id!: string;

  @ApiProperty({ example: 'ada@example.org' })
  email!: string;

  @ApiProperty({ type: String, nullable: true, example: 'Ada' })
  first_name!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Lovelace' })
  last_name!: string | null;

  /** E.164. */
  @ApiProperty({ type: String, nullable: true, example: '+4915123456789' })
  phone_number!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Analyst' })
  job_title!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  company!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  location!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  website!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  linkedin!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  instagram!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  twitter!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  github!: string | null;

  @ApiProperty({ type: String, format: 'date', nullable: true, example: null })
  birthday!: string | null;

  @ApiProperty({ type: [String], example: ['press'] })
  tags!: string[];

  @ApiProperty({ enum: CONTACT_STATUSES, example: 'active' })
  status!: ContactStatus;

  @ApiProperty({ format: 'date-time', example: '2026-05-26T12:00:00.000Z' })
  created_at!: string;

  @ApiProperty({ format: 'date-time', example: '2026-05-26T12:00:00.000Z' })
  updated_at!: string;
}

export class ContactPageDto {
  data!: ContactDto[];

  pagination!: CursorPaginationDto;
}
