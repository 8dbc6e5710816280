import { DateTime, IANAZone } from 'luxon';

/** A `{ utc, timezone }` that names no moment; the message says why. */
export class InvalidZonedTime extends Error {}

const ISO_DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?$/;

/**
 * The moment that `time` names. With `Z` or an offset it is that instant; without, it is what a clock on the wall in
 * `timezone` shows (ISO 8601; IANA time zone). When clocks go back and show a time twice, the first one is meant;
 * when they go forward, the skipped times name no moment.
 *
 * @throws InvalidZonedTime
 */
export function momentOf(time: string, timezone: string): Date {
  const match = ISO_DATE_TIME.exec(time);
  if (!match) throw new InvalidZonedTime('must be an ISO 8601 date and time like 2026-05-26T19:00:00');
  if (!isTimezone(timezone)) throw new InvalidZonedTime('cannot be read without a valid timezone');
  const hasOffset = match[3] !== undefined;
  const moment = DateTime.fromISO(time, { zone: timezone });
  if (!moment.isValid) throw new InvalidZonedTime('must be a date and time that exist in the calendar');
  // Luxon moves a skipped time ahead, so it no longer shows what was written.
  if (!hasOffset && moment.toFormat("yyyy-MM-dd'T'HH:mm") !== time.slice(0, 16)) {
    throw new InvalidZonedTime(`does not exist in ${timezone}: clocks skip it when they go forward`);
  }
  return moment.toJSDate();
}

export function isTimezone(timezone: string): boolean {
  return IANAZone.isValidZone(timezone);
}
