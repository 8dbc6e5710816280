import type { SelectQueryBuilder } from 'typeorm';
import { decodeCursor, encodeCursor } from '../http/cursor';
import type { CursorPage, Window } from '../http/page';
import { PLAN_EACH_TIME } from './kept-plans';

/** Lists that are not counted elsewhere are counted up to here: counting on would cost more than the page. */
export const COUNT_LIMIT = 1_000;

/** Searches up to here: of what has no order in an index, each match is looked for among many others. */
export const SEARCH_COUNT_LIMIT = 200;

/** An entity that lists show. */
interface Listed {
  id: string;
  createdAt: Date;
}

/**
 * One page of what `query` selects, newest first, with the id as tie-break. A cursor continues after the row it was
 * made from, at the same cost at any depth. `count` is asked only when the page does not tell the total by itself.
 */
export async function newestFirst<T extends Listed>(
  query: SelectQueryBuilder<T>,
  { offset, limit, cursor }: Window,
  count = (matching: SelectQueryBuilder<T>): Promise<number> => countUpTo(matching, undefined),
): Promise<CursorPage<T>> {
  const { alias } = query;
  const ordered = query.clone().orderBy(`${alias}.createdAt`, 'DESC').addOrderBy(`${alias}.id`, 'DESC');
  const page = ordered.clone().limit(limit + 1);
  if (cursor !== undefined)
    page.andWhere(`(${alias}.createdAt, ${alias}.id) < (:at, :id)`, { ...decodeCursor(cursor) });
  else if (offset > 0) page.offset(offset).comment(PLAN_EACH_TIME);
  const { rows, nextCursor } = cutPage(await page.getMany(), limit);
  const whole = nextCursor === null && cursor === undefined && offset === 0;
  return { rows, total: whole ? rows.length : await count(ordered), nextCursor };
}

/** A page from rows of which one more was asked for than it holds: that one tells that there is a next page. */
export function cutPage<T extends Listed>(found: T[], limit: number): Omit<CursorPage<T>, 'total'> {
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  const more = found.length > limit && last;
  return { rows, nextCursor: more ? encodeCursor({ at: last.createdAt, id: last.id }) : null };
}

/**
 * How many rows a query has, `limit` at most. Up to a limit they are counted in the query's order: one that an index
 * knows keeps PostgreSQL from reading a table from its beginning until there are enough, which may be never.
 */
export async function countUpTo<T extends object>(
  query: SelectQueryBuilder<T>,
  limit: number | undefined,
): Promise<number> {
  const counted = query.clone().select('1').limit(limit);
  if (limit === undefined) counted.orderBy();
  const [sql, parameters] = counted.getQueryAndParameters();
  const [row] = await query.connection.query<{ total: number }[]>(
    `SELECT count(*)::int AS total FROM (${sql}) AS matches`,
    parameters,
  );
  return row!.total;
}
