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
      validate: (value) => typeof value === 'string' && isTimezone(value),
      defaultMessage: () => 'must be an IANA time zone like Europe/Berlin',
    },
  });
}

function problemOf(value: unknown, args?: ValidationArguments): string | undefined {
  const { timezone } = args?.object as { timezone?: unknown };
  try {
    momentOf(String(value), String(timezone));
    return undefined;
  } catch (error) {
    if (error instanceof InvalidZonedTime) return error.message;
    throw error;
  }
}
