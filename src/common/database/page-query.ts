import type { SelectQueryBuilder } from 'typeorm';
import { decodeCursor, encodeCursor } from '../http/cursor';
import type { CursorPage, Window } from '../http/page';

/** An entity that lists show. */
interface Listed {
  id: string;
  createdAt: Date;
}

/**
 * One page of what `query` selects, newest first, with the id as tie-break. A cursor continues after the row it was
 * made from, at the same cost at any depth. The total counts without `query`'s joins, so `query` must filter by none
 * that multiplies rows.
 */
export async function newestFirst<T extends Listed>(
  query: SelectQueryBuilder<T>,
  { offset, limit, cursor }: Window,
): Promise<CursorPage<T>> {
  const total = await query.getCount();
  const { alias } = query;
  query
    .orderBy(`${alias}.createdAt`, 'DESC')
    .addOrderBy(`${alias}.id`, 'DESC')
    .limit(limit + 1);
  if (cursor) query.andWhere(`(${alias}.createdAt, ${alias}.id) < (:at, :id)`, { ...decodeCursor(cursor) });
  else query.offset(offset);
  const found = await query.getMany();
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  const more = found.length > limit;
  return { rows, total, nextCursor: more && last ? encodeCursor({ at: last.createdAt, id: last.id }) : null };
}
