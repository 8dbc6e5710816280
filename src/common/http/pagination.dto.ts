import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { decimal } from './transforms';

export const PAGINATION_FIELDS = ['page', 'page_size', 'cursor'];

const CURSOR = 'bmV3ZXN0IDE3OTUzNTUyMzcyMDIgdGt0XzAxazV4OWEzdjhlNnJyNGMxbTJuM3A0cTVz';

export class PageQueryDto {
  /** Number of the page, from 1. */
  @ApiProperty({ required: false, type: 'integer', example: 1 })
  @IsOptional()
  @Transform(decimal)
  @IsInt()
  @Min(1)
  @Max(10_000_000)
  page: number = 1;

  /** Most entries on a page. */
  @ApiProperty({ required: false, type: 'integer', example: 50 })
  @IsOptional()
  @Transform(decimal)
  @IsInt()
  @Min(1)
  @Max(200)
  page_size: number = 50;
}

export class CursorQueryDto extends PageQueryDto {
  /**
   * `pagination.next_cursor` of the page before. Its cost does not grow with depth; `page` is ignored when it is given.
   */
  @ApiProperty({ required: false, example: CURSOR })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  cursor?: string;
}

export class PaginationDto {
  /** Entries on all pages, or the most that are counted where the list names a limit. */
  @ApiProperty({ type: 'integer', example: 120 })
  total!: number;

  @ApiProperty({ type: 'integer', example: 1 })
  page!: number;

  @ApiProperty({ type: 'integer', example: 50 })
  page_size!: number;

  @ApiProperty({ type: 'integer', example: 3 })
  total_pages!: number;
}

export class CursorPaginationDto extends PaginationDto {
  /** Opaque; null on the last page. */
  @ApiProperty({ type: String, nullable: true, example: CURSOR })
  next_cursor!: string | null;
}
