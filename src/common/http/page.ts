import type { CursorPaginationDto, CursorQueryDto, PageQueryDto, PaginationDto } from './pagination.dto';

export interface Page<T> {
  rows: T[];
  total: number;
}

/** Which part of a list is wanted. */
export interface Window {
  offset: number;
  limit: number;
  /** Where a former page ended; `offset` does not count then. */
  cursor?: string;
}

export function windowOf(query: PageQueryDto & Pick<CursorQueryDto, 'cursor'>): Window {
  return { offset: (query.page - 1) * query.page_size, limit: query.page_size, cursor: query.cursor };
}

export function viewPage<T, View>(
  { rows, total }: Page<T>,
  query: PageQueryDto,
  view: (row: T) => View,
): { data: View[]; pagination: PaginationDto } {
  return { data: rows.map(view), pagination: paginationOf(query, total) };
}

export interface CursorPage<T> extends Page<T> {
  nextCursor: string | null;
}

export function viewCursorPage<T, View>(
  page: CursorPage<T>,
  query: PageQueryDto,
  view: (row: T) => View,
): { data: View[]; pagination: CursorPaginationDto } {
  return {
    data: page.rows.map(view),
    pagination: { ...paginationOf(query, page.total), next_cursor: page.nextCursor },
  };
}

function paginationOf({ page, page_size }: PageQueryDto, total: number): PaginationDto {
  return { total, page, page_size, total_pages: Math.ceil(total / page_size) };
}
