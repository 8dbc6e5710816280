import fc from 'fast-check';
import { InvalidZonedTime, isTimezone, momentOf } from '../../src/events/zoned-time';
import { wallTime } from '../../src/tickets/event-times';

const LONG = { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' } as const;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Wall-clock times as milliseconds, as if the clock showed UTC. Before 1973 Liberia was 44:30 off. */
const clocks = fc
  .date({ min: new Date('1973-01-01'), max: new Date('2037-12-30'), noInvalidDate: true })
  .map((date) => date.setMilliseconds(0));
const zones = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));

describe('momentOf', () => {
  it('takes a time with Z or an offset as that instant, whatever the zone', () => {
    expect(momentOf('2026-11-05T19:00:00Z', 'Asia/Tokyo')).toEqual(new Date('2026-11-05T19:00:00Z'));
    expect(momentOf('2026-11-05T19:00:00-05:00', 'Asia/Tokyo')).toEqual(new Date('2026-11-06T00:00:00Z'));
  });

  it('takes a time without offset as what clocks in the zone show', () => {
    expect(momentOf('2026-07-05T19:00:00', 'Europe/Berlin')).toEqual(new Date('2026-07-05T17:00:00Z'));
    expect(momentOf('2026-11-05T19:00', 'Europe/Berlin')).toEqual(new Date('2026-11-05T18:00:00Z'));
    expect(momentOf('2026-11-05T19:00:00', 'Asia/Kathmandu')).toEqual(new Date('2026-11-05T13:15:00Z'));
  });

  it.each([
    ['2026-03-29T02:00:00', 'Europe/Berlin'],
    ['2026-03-29T02:59:59.999', 'Europe/Berlin'],
    ['2026-03-08T02:30:00', 'America/New_York'],
    ['2026-10-04T02:15:00', 'Australia/Lord_Howe'],
    ['2011-12-30T12:00:00', 'Pacific/Apia'],
  ])('refuses %s in %s, which clocks skipped', (time, timezone) => {
    expect(() => momentOf(time, timezone)).toThrow(
      new InvalidZonedTime(`does not exist in ${timezone}: clocks skip it when they go forward`),
    );
  });

  it('takes the times around a gap', () => {
    expect(momentOf('2026-03-29T01:59:59', 'Europe/Berlin')).toEqual(new Date('2026-03-29T00:59:59Z'));
    expect(momentOf('2026-03-29T03:00:00', 'Europe/Berlin')).toEqual(new Date('2026-03-29T01:00:00Z'));
  });

  it('means the first of two moments that clocks show alike', () => {
    expect(momentOf('2026-10-25T02:30:00', 'Europe/Berlin')).toEqual(new Date('2026-10-25T00:30:00Z'));
    expect(momentOf('2026-10-25T02:30:00+01:00', 'Europe/Berlin')).toEqual(new Date('2026-10-25T01:30:00Z'));
    expect(momentOf('2026-11-01T01:30:00', 'America/New_York')).toEqual(new Date('2026-11-01T05:30:00Z'));
  });

  it.each(['1969-12-31T12:00:00', '0000-01-01T00:00:00Z', '9999-12-31T23:59:59-12:00'])(
    'refuses %s, which is out of range',
    (time) => {
      expect(() => momentOf(time, 'UTC')).toThrow(new InvalidZonedTime('must be between 1970 and 9999'));
    },
  );

  it.each(['', 'soon', '2026-11-05', '2026-02-30T10:00:00', '2026-11-05 19:00:00', '2026-11-05T24:00:00'])(
    'refuses "%s", which is no time',
    (time) => {
      expect(() => momentOf(time, 'Europe/Berlin')).toThrow(
        new InvalidZonedTime('must be an ISO 8601 date and time like 2026-05-26T19:00:00'),
      );
    },
  );

  it('shows every wall-clock time again, or no moment shows it', () => {
    fc.assert(
      fc.property(clocks, zones, (clock, zone) => {
        const shownAt = momentsShowing(clock, zone);
        if (shownAt.length === 0) {
          expect(() => momentOf(wallClock(clock), zone)).toThrow(InvalidZonedTime);
        } else {
          expect(momentOf(wallClock(clock), zone).getTime()).toBe(shownAt[0]);
        }
      }),
      { numRuns: 100, examples: [[Date.UTC(1973, 0, 1), 'Pacific/Kiritimati']] },
    );
  });

  it('shows again what clocks show at any instant, at that instant or earlier', () => {
    fc.assert(
      fc.property(clocks, zones, (instant, zone) => {
        const shown = clockAt(instant, zone);
        const moment = momentOf(wallClock(shown), zone).getTime();
        expect(clockAt(moment, zone)).toBe(shown);
        expect(moment).toBeLessThanOrEqual(instant);
      }),
      { numRuns: 100 },
    );
  });
});

describe('An event', () => {
  it('is told at the time on the wall at which it was made', () => {
    fc.assert(
      fc.property(clocks, zones, (clock, zone) => {
        const shown = clockAt(clock, zone);
        const { date, time } = wallTime(momentOf(wallClock(shown), zone), zone);
        expect([time, date]).toEqual([
          wallClock(shown).slice(11, 16),
          new Date(shown).toLocaleDateString('en-GB', { ...LONG, timeZone: 'UTC' }).replace(/,? /, ', '),
        ]);
      }),
      { numRuns: 100 },
    );
  });
});

describe('isTimezone', () => {
  it.each([
    'Europe/Berlin',
    'America/Argentina/Buenos_Aires',
    'Asia/Kolkata',
    'UTC',
    'Etc/GMT+5',
    'EST',
    'GB',
  ])('knows %s', (name) => expect(isTimezone(name)).toBe(true));

  it.each([
    '',
    'Mars/Olympus',
    '+01:00',
    'UTC+1',
    'IST',
    'pst',
    'SystemV/AST4',
    ' UTC',
    'UTC\n',
    1,
    null,
    ['UTC'],
  ])('does not know %j', (name) => expect(isTimezone(name)).toBe(false));
});

function wallClock(clock: number): string {
  return new Date(clock).toISOString().slice(0, -1);
}

/** By trying every offset that there is: since 1973 all are multiples of five minutes, like the 10:40 of Kiritimati. */
function momentsShowing(clock: number, zone: string): number[] {
  const step = 5 * MINUTE;
  const moments = Array.from({ length: (30 * HOUR) / step + 1 }, (_, n) => clock - 15 * HOUR + n * step);
  return moments.filter((moment) => clockAt(moment, zone) === clock);
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** What clocks in the zone show, after the time zone database of the platform and nothing of Usher's. */
function clockAt(moment: number, timeZone: string): number {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en', {
      timeZone,
      hourCycle: 'h23',
      ...{
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      },
    });
  formats.set(timeZone, format);
  const parts = Object.fromEntries(
    format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]),
  );
  return Date.UTC(parts.year!, parts.month! - 1, parts.day, parts.hour, parts.minute, parts.second);
}
