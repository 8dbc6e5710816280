import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { IsInstant } from '../../common/http/is-instant.decorator';
import { CursorPaginationDto, CursorQueryDto } from '../../common/http/pagination.dto';
import { blankToUndefined, trimmed, trimmedLowerCase } from '../../common/http/transforms';
import { ContactDto } from './contact.dto';

export class ListContactsDto extends CursorQueryDto {
  /** Exact e-mail address. */
  @ApiProperty({ required: false, example: 'ada@example.org' })
  @Transform(trimmedLowerCase)
  @IsOptional()
  @IsString()
  @MaxLength(254)
  email?: string;

  /**
   * Part of the name (first and last, with one space between) or of the e-mail address, in upper or lower case. Blank
   * finds everybody; one or two letters find first names, last names and addresses that begin with them.
   */
  @ApiProperty({ required: false, maxLength: 254, example: 'lovelace' })
  @Transform(blankToUndefined)
  @IsOptional()
  @IsString()
  @MaxLength(254)
  q?: string;

  /** Exact tag. */
  @ApiProperty({ required: false, example: 'press' })
  @Transform(trimmed)
  @IsOptional()
  @IsString()
  @MaxLength(254)
  tag?: string;

  /** Only what changed then or later, latest change last. */
  @ApiProperty({ required: false, type: String, format: 'date-time', example: '2026-05-26T12:00:00.000Z' })
  @IsOptional()
  @IsInstant()
  updated_since?: Date;
}

export class ContactPageDto {
  data!: ContactDto[];

  pagination!: CursorPaginationDto;
}
