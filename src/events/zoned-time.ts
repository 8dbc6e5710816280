import { IANAZone } from 'luxon';
import { isInRange, readDateTime } from '../common/time/date-time';

/** A time that names no moment; the message says why. */
export class InvalidZonedTime extends Error {}

/**
 * The moment that `time` names. With `Z` or an offset it is that instant; without, it is what a clock on the wall in
 * `timezone` shows (ISO 8601; IANA time zone). When clocks go back and show a time twice, the first one is meant;
 * when they go forward, the skipped times name no moment.
 *
 * @throws InvalidZonedTime
 */
export function momentOf(time: string, timezone: string): Date {
  const read = readDateTime(time);
  if (!read) throw new InvalidZonedTime('must be an ISO 8601 date and time like 2026-05-26T19:00:00');
  const moment = read.hasOffset ? read.milliseconds : firstShowing(read.milliseconds, timezone);
  if (moment === undefined) {
    throw new InvalidZonedTime(`does not exist in ${timezone}: clocks skip it when they go forward`);
  }
  if (!isInRange(moment)) throw new InvalidZonedTime('must be between 1970 and 9999');
  return new Date(moment);
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/**
 * The first moment at which clocks in `timezone` show `clock`, given in milliseconds as if they showed UTC. No zone is
 * a day off UTC, so the offsets of the days before and after are the only ones that can apply.
 */
function firstShowing(clock: number, timezone: string): number | undefined {
  const zone = IANAZone.create(timezone);
  const offsetAt = (moment: number) => zone.offset(moment) * MINUTE;
  return [clock - DAY, clock + DAY]
    .map((nearby) => clock - offsetAt(nearby))
    .filter((moment) => moment + offsetAt(moment) === clock)
    .sort((a, b) => a - b)[0];
}

/** Three letters that the IANA database has as a name. ICU knows more of them, like IST, which is three countries'. */
const SHORT_NAMES = /^(CET|EET|EST|GMT|HST|MET|MST|PRC|ROC|ROK|UCT|UTC|WET)$/i;

export function isTimezone(name: unknown): name is string {
  // Newer versions of Node take offsets like +01:00 for zones.
  if (typeof name !== 'string' || !/^[a-z]/i.test(name) || !IANAZone.isValidZone(name)) return false;
  return name.length === 3 ? SHORT_NAMES.test(name) : !/^systemv/i.test(name);
}
