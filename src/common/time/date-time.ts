import { DateTime } from 'luxon';

const TIME_OF_DAY = /([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?/.source;
const ISO_DATE_TIME = new RegExp(
  `^\\d{4}-\\d{2}-\\d{2}T${TIME_OF_DAY}(?<offset>Z|[+-]([01]\\d|2[0-3]):?[0-5]\\d)?$`,
);

/** Four digits of the year are what answers can show, and before 1970 time zones were a matter of opinion. */
const EARLIEST = Date.UTC(1970, 0, 1);
const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

export interface ReadDateTime {
  /** Milliseconds since 1970; of a time without offset as if its clock showed UTC. */
  milliseconds: number;
  /** Whether it names an instant: it has `Z` or an offset. */
  hasOffset: boolean;
}

/** Reads an ISO 8601 date and time; undefined for anything else and for what no calendar and no clock shows. */
export function readDateTime(text: unknown): ReadDateTime | undefined {
  const match = typeof text === 'string' ? ISO_DATE_TIME.exec(text) : null;
  if (!match) return undefined;
  const read = DateTime.fromISO(match[0], { zone: 'utc' });
  return read.isValid
    ? { milliseconds: read.toMillis(), hasOffset: match.groups?.offset !== undefined }
    : undefined;
}

/** The moment that an ISO 8601 date and time with `Z` or an offset names; undefined for anything else. */
export function instantOf(text: unknown): Date | undefined {
  const read = readDateTime(text);
  return read?.hasOffset && isInRange(read.milliseconds) ? new Date(read.milliseconds) : undefined;
}

export function isInRange(milliseconds: number): boolean {
  return milliseconds >= EARLIEST && milliseconds <= LATEST;
}
