import { ValidateBy } from 'class-validator';
import { DateTime } from 'luxon';

const EARLIEST = '1900-01-01';
const HOUR_MS = 3_600_000;

/** True for a day that has begun somewhere on earth, from 1900 on: `2026-05-26`. */
function isPastDate(value: unknown): boolean {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const today = new Date(Date.now() + 14 * HOUR_MS).toISOString().slice(0, 10);
  return value >= EARLIEST && value <= today && DateTime.fromISO(value).isValid;
}

export function IsPastDate(): PropertyDecorator {
  return ValidateBy({
    name: 'isPastDate',
    validator: {
      validate: isPastDate,
      defaultMessage: () => `must be a date like 1985-12-10, from ${EARLIEST} to today`,
    },
  });
}
