import { InvalidPagination } from '../errors/request.errors';

/** Where a page ended: lists are ordered by a time, with the id as tie-break. */
export interface Position {
  at: Date;
  id: string;
}

/** `newest`: newest first. `changes`: latest change last. A cursor of one order is none of the other. */
type Order = 'newest' | 'changes';

export function encodeCursor({ at, id }: Position, order: Order = 'newest'): string {
  return Buffer.from(`${order} ${at.getTime()} ${id}`).toString('base64url');
}

/** Throws `InvalidPagination` for what `encodeCursor` cannot have made. */
export function decodeCursor(cursor: string, order: Order = 'newest'): Position {
  const [, kind, time, id] =
    /^(\w+) (\d{1,15}) ([a-z]+_[0-9a-z]+|)$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (kind !== order || time === undefined || id === undefined) {
    throw new InvalidPagination({ cursor: ['must be a next_cursor of this list'] });
  }
  return { at: new Date(Number(time)), id };
}
