import type { TransformFnParams } from 'class-transformer';

/** For `@Transform`: e-mail addresses are compared trimmed and in lower case. */
export function trimmedLowerCase({ value }: TransformFnParams): unknown {
  return typeof value === 'string' ? value.trim().toLowerCase() : value;
}

export function trimmed({ value }: TransformFnParams): unknown {
  return typeof value === 'string' ? value.trim() : value;
}

/** For `@Transform` of optional text that keeps its value: null and blank text count as left out. */
export function blankToUndefined({ value }: TransformFnParams): unknown {
  if (value === null) return undefined;
  return typeof value === 'string' ? value.trim() || undefined : value;
}

/** For `@Transform` of optional text that can be cleared: blank text counts as null. */
export function blankToNull({ value }: TransformFnParams): unknown {
  return typeof value === 'string' ? value.trim() || null : value;
}

/** For `@Transform` of a list of texts; anything else in it stays for the validation to find. */
export function trimmedAndUnique({ value }: TransformFnParams): unknown {
  if (!Array.isArray(value)) return value;
  return [...new Set(value.map((item: unknown) => (typeof item === 'string' ? item.trim() : item)))];
}

export function upperCase({ value }: TransformFnParams): unknown {
  return typeof value === 'string' ? value.toUpperCase() : value;
}

/** For `@Transform` of query parameters that take several values, which may also be repeated. Each counts once. */
export function commaSeparated({ value }: TransformFnParams): unknown {
  const given: unknown[] = [value].flat();
  return [...new Set(given.flatMap((one) => (typeof one === 'string' ? one.split(',') : [one])))];
}

/** For `@Transform` of numbers in a query: digits as people write them, and not all that JavaScript takes for a number. */
export function decimal({ value }: TransformFnParams): unknown {
  return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
}
