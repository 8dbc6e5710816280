import { InvalidPagination } from '../errors/request.errors';

/** Where a page ended: lists are ordered by time, newest first, with the id as tie-break. */
export interface Position {
  at: Date;
  id: string;
}

export function encodeCursor({ at, id }: Position): string {
  return Buffer.from(`${at.getTime()} ${id}`).toString('base64url');
}

/** Throws `InvalidPagination` for what `encodeCursor` cannot have made. */
export function decodeCursor(cursor: string): Position {
  const [, time, id] =
    /^(\d{1,15}) ([a-z]+_[0-9a-z]+)$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (time === undefined || id === undefined) {
    throw new InvalidPagination({ cursor: ['must be a next_cursor of this list'] });
  }
  return { at: new Date(Number(time)), id };
}
