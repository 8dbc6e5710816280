import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsDate } from 'class-validator';
import { afterProblem } from '../comparisons';
import { instantOf } from '../time/date-time';
import { ComparedWith } from './compared-with.decorator';

/** Reads a field or query parameter that names an instant into a `Date`. */
export function IsInstant(): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }: { value: unknown }) => instantOf(value) ?? value),
    IsDate({ message: 'must be an ISO 8601 instant between 1970 and 9999 like 2026-05-26T12:00:00Z' }),
  );
}

/** Holds an instant against another field of the body. */
export function IsAfter(field: string): PropertyDecorator {
  return ComparedWith(field, (value, earlier) =>
    value instanceof Date && earlier instanceof Date ? afterProblem(value, earlier, field) : undefined,
  );
}
