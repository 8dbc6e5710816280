import fc from 'fast-check';
import { instantOf, readDateTime } from '../../../src/common/time/date-time';

describe('instantOf', () => {
  it.each([
    ['2026-05-26T12:00:00Z', '2026-05-26T12:00:00.000Z'],
    ['2026-05-26T12:00Z', '2026-05-26T12:00:00.000Z'],
    ['2026-05-26T12:00:00+02:00', '2026-05-26T10:00:00.000Z'],
    ['2026-05-26T12:00:00-0330', '2026-05-26T15:30:00.000Z'],
    ['2026-05-26T12:00:00.123456789Z', '2026-05-26T12:00:00.123Z'],
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('reads %s', (text, instant) => {
    expect(instantOf(text)?.toISOString()).toBe(instant);
  });

  it.each([
    ['no offset', '2026-05-26T12:00:00'],
    ['a date alone', '2026-05-26'],
    ['a day that no calendar has', '2026-02-30T12:00:00Z'],
    ['hour 24', '2026-05-26T24:00:00Z'],
    ['a leap second', '2016-12-31T23:59:60Z'],
    ['an offset of more than a day', '2026-05-26T12:00:00+25:00'],
    ['61 minutes of offset', '2026-05-26T12:00:00+01:61'],
    ['a time before 1970', '1969-12-31T23:59:59Z'],
    ['a time whose offset leads beyond 9999', '9999-12-31T23:59:59-01:00'],
    ['five digits of a year', '12026-05-26T12:00:00Z'],
    ['text around it', ' 2026-05-26T12:00:00Z '],
    ['a line break', '2026-05-26T12:00:00Z\n'],
    ['other words', 'tomorrow'],
    ['nothing', ''],
    ['a number', 1_780_000_000_000],
    ['a list', ['2026-05-26T12:00:00Z']],
    ['null', null],
  ])('refuses %s', (_, text) => {
    expect(instantOf(text)).toBeUndefined();
  });

  it('reads back every instant it is given, in whatever offset', () => {
    const moments = fc.date({
      min: new Date('1970-01-02T00:00:00Z'),
      max: new Date('9999-12-30T00:00:00Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(moments, fc.integer({ min: -1439, max: 1439 }), (moment, offset) => {
        expect(instantOf(withOffset(moment, offset))).toEqual(moment);
      }),
    );
  });
});

describe('readDateTime', () => {
  it('reads a time without offset as if its clock showed UTC', () => {
    expect(readDateTime('2026-05-26T12:00:00')).toEqual({
      milliseconds: Date.UTC(2026, 4, 26, 12),
      hasOffset: false,
    });
  });
});

function withOffset(moment: Date, minutes: number): string {
  const clock = new Date(moment.getTime() + minutes * 60_000).toISOString().slice(0, -1);
  const size = Math.abs(minutes);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${clock}${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
