import { ComparedWith } from './compared-with.decorator';

/** Holds a number against another field of the body. */
export function IsNotLessThan(field: string): PropertyDecorator {
  return ComparedWith(field, (value, least) =>
    Number(value) < Number(least) ? `must not be less than ${field}` : undefined,
  );
}
