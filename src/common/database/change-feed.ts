import type { SelectQueryBuilder } from 'typeorm';
import { decodeCursor, encodeCursor, type Position } from '../http/cursor';
import type { CursorPage, Window } from '../http/page';
import { changeHorizon } from './change-horizon';
import { COUNT_LIMIT, countUpTo } from './page-query';

/** An entity whose changes can be followed. */
interface Changing {
  id: string;
  updatedAt: Date;
}

/**
 * One page of what `matching` selects, latest change last. The cursor is for asking again, now or later, for what has
 * changed after the page; the total counts from `window.cursor` on, `COUNT_LIMIT` at most. `asShown` joins what only
 * the page needs.
 */
export async function latestChangeLast<T extends Changing, Shown extends Changing = T>(
  matching: SelectQueryBuilder<T>,
  { offset, limit, cursor }: Window,
  asShown = (query: SelectQueryBuilder<T>) => query as unknown as SelectQueryBuilder<Shown>,
): Promise<CursorPage<Shown>> {
  const { alias, connection } = matching;
  const after = cursor === undefined ? undefined : decodeCursor(cursor, 'changes');
  const horizon = await changeHorizon(connection);
  const query = matching.clone().andWhere(`${alias}.updatedAt < :horizon`, { horizon });
  if (after) query.andWhere(`(${alias}.updatedAt, ${alias}.id) > (:at, :id)`, { ...after });
  query.orderBy(`${alias}.updatedAt`).addOrderBy(`${alias}.id`);
  const skipped = after ? 0 : offset;
  const rows = await asShown(query.clone()).offset(skipped).limit(limit).getMany();
  const whole = rows.length < limit && skipped === 0;
  return {
    rows,
    total: whole ? rows.length : await countUpTo(query, COUNT_LIMIT),
    nextCursor: encodeCursor(reached(rows, limit, horizon, after), 'changes'),
  };
}

/** How far a page of changes came: to its last row, or when there are no more, to the horizon. */
function reached(rows: Changing[], limit: number, horizon: Date, after: Position | undefined): Position {
  const last = rows.at(-1);
  if (last && rows.length === limit) return { at: last.updatedAt, id: last.id };
  // The horizon may lie behind the cursor when a transaction is open that is older than the last look.
  return after && after.at >= horizon ? after : { at: horizon, id: '' };
}
