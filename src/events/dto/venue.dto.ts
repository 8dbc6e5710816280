import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { blankToUndefined } from '../../common/http/transforms';

/** Where people go. Fields that are left out, null or blank are null; a venue without any is no venue. */
export class VenueInputDto {
  @ApiProperty({ type: String, required: false, nullable: true, maxLength: 200, example: 'Stadthalle' })
  @Transform(blankToUndefined)
  @IsOptional()
  @IsString()
  @MaxLength(200)
  name?: string;

  @ApiProperty({ type: String, required: false, nullable: true, maxLength: 2_000, example: 'Marktplatz 1' })
  @Transform(blankToUndefined)
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  address?: string;

  @ApiProperty({ type: String, required: false, nullable: true, maxLength: 200, example: 'Bremen' })
  @Transform(blankToUndefined)
  @IsOptional()
  @IsString()
  @MaxLength(200)
  city?: string;

  @ApiProperty({ type: String, required: false, nullable: true, maxLength: 200, example: null })
  @Transform(blankToUndefined)
  @IsOptional()
  @IsString()
  @MaxLength(200)
  state?: string;

  @ApiProperty({ type: String, required: false, nullable: true, maxLength: 200, example: 'DE' })
  @Transform(blankToUndefined)
  @IsOptional()
  @IsString()
  @MaxLength(200)
  country?: string;
}

export class VenueDto {
  @ApiProperty({ type: String, nullable: true, example: 'Stadthalle' })
  name!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Marktplatz 1' })
  address!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Bremen' })
  city!: string | null;

  @ApiProperty({ type: String, nullable: true, example: null })
  state!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'DE' })
  country!: string | null;
}
