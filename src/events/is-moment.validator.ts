import { ValidateBy, type ValidationArguments } from 'class-validator';
import { afterProblem } from '../common/comparisons';
import { ComparedWith } from '../common/http/compared-with.decorator';
import type { EventTimeInputDto } from './dto/event-time.dto';
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

/** Holds a time with its time zone against another field of the body. */
export function IsAfterMoment(field: string): PropertyDecorator {
  const problemBetween = (later: unknown, earlier: unknown) => {
    const [end, start] = [readMoment(later), readMoment(earlier)];
    return end && start && afterProblem(end, start, field);
  };
  return ComparedWith(field, problemBetween, 'utc');
}

/** Undefined when it names none. */
function readMoment(time: unknown): Date | undefined {
  const { utc, timezone } = time as Partial<EventTimeInputDto>;
  return isTimezone(timezone) && problemOfMoment(utc, timezone) === undefined
    ? momentOf(utc!, timezone)
    : undefined;
}

/** A time whose time zone is bad is checked as far as it can be; the zone has a complaint of its own. */
function problemOf(value: unknown, args?: ValidationArguments): string | undefined {
  const { timezone } = args?.object as { timezone?: unknown };
  return problemOfMoment(value, isTimezone(timezone) ? timezone : 'UTC');
}

function problemOfMoment(time: unknown, timezone: string): string | undefined {
  try {
    momentOf(time as string, timezone);
    return undefined;
  } catch (error) {
    if (error instanceof InvalidZonedTime) return error.message;
    throw error;
  }
}
