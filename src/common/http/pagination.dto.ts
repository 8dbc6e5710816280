import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';

export const PAGINATION_FIELDS = ['page', 'page_size', 'cursor'];

export class PageQueryDto {
  /** Number of the page, from 1. */
  @ApiProperty({ required: false, type: 'integer', example: 1 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(10_000_000)
  page: number = 1;

  /** Most entries on a page. */
  @ApiProperty({ required: false, type: 'integer', example: 50 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(200)
  page_size: number = 50;
}

export class CursorQueryDto extends PageQueryDto {
  /**
   * `pagination.next_cursor` of the page before. Its cost does not grow with depth; `page` is ignored when it is given.
   */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  cursor?: string;
}

export class PaginationDto {
  /** Entries on all pages. */
  total!: number;

  page!: number;

  page_size!: number;

  total_pages!: number;
}

export class CursorPaginationDto extends PaginationDto {
  /** Opaque; null on the last page. */
  next_cursor!: string | null;
}
