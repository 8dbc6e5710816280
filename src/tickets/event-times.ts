import { DateTime } from 'luxon';
import type { Event } from '../events/event.entity';

/** A moment as a clock on the wall of the event shows it. */
export interface WallTime {
  /** ISO 8601 in UTC, for machines. */
  iso: string;
  /** `Monday, 1 March 2027` */
  date: string;
  /** `19:00` */
  time: string;
  /** `Central European Standard Time (Europe/Berlin)` */
  zone: string;
}

export interface EventTimes {
  start: WallTime;
  end: WallTime | null;
}

export function eventTimes({ startsAt, startTimezone, endsAt, endTimezone }: Event): EventTimes {
  return {
    start: wallTime(startsAt, startTimezone),
    end: endsAt && wallTime(endsAt, endTimezone ?? startTimezone),
  };
}

export function wallTime(at: Date, timezone: string): WallTime {
  const moment = DateTime.fromJSDate(at, { zone: timezone }).setLocale('en-GB');
  return {
    iso: at.toISOString(),
    date: moment.toFormat('cccc, d LLLL yyyy'),
    time: moment.toFormat('HH:mm'),
    zone: `${moment.offsetNameLong} (${timezone})`,
  };
}

/** Some lines of times, and the zone that all of them are in. */
export interface ZonedLines {
  lines: string[];
  zone: string;
}

/** In as few lines as say it all: the day once when it begins and ends on one, the zone once when there is but one. */
export function timesInWords({ start, end }: EventTimes): ZonedLines[] {
  const { zone } = start;
  if (!end) return [{ lines: [start.date, start.time], zone }];
  if (start.zone === end.zone && start.date === end.date) {
    return [{ lines: [start.date, `${start.time} – ${end.time}`], zone }];
  }
  const first = `${start.date}, ${start.time}`;
  const last = `until ${end.date}, ${end.time}`;
  if (start.zone === end.zone) return [{ lines: [first, last], zone }];
  return [
    { lines: [first], zone },
    { lines: [last], zone: end.zone },
  ];
}

/** The same without any structure. */
export function timeLines(times: EventTimes): string[] {
  return timesInWords(times).flatMap(({ lines, zone }) => [...lines, zone]);
}
