import { ValidateBy, type ValidationArguments } from 'class-validator';
import { InvalidZonedTime, isTimezone, momentOf } from './zoned-time';

/** Checks a time together with the `timezone` beside it. */
export function IsMoment(): PropertyDecorator {
  return ValidateBy({
    name: 'isMoment',
    validator: {
      validate: (value, args) => problemOf(value, args) === undefined,
      defaultMessage: (args) => problemOf(args?.value, args) ?? '',
    },
  });
}

export function IsTimezone(): PropertyDecorator {
  return ValidateBy({
    name: 'isTimezone',
    validator: {
      validate: isTimezone,
      defaultMessage: () => 'must be an IANA time zone like Europe/Berlin',
    },
  });
}

/** A time whose time zone is bad is checked as far as it can be; the zone has a complaint of its own. */
function problemOf(value: unknown, args?: ValidationArguments): string | undefined {
  const { timezone } = args?.object as { timezone?: unknown };
  try {
    momentOf(value as string, isTimezone(timezone) ? timezone : 'UTC');
    return undefined;
  } catch (error) {
    if (error instanceof InvalidZonedTime) return error.message;
    throw error;
  }
}
