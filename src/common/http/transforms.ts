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

export function upperCase({ value }: TransformFnParams): unknown {
  return typeof value === 'string' ? value.toUpperCase() : value;
}

/** For `@Transform` of query parameters that take several values, which may also be repeated. Each counts once. */
export function commaSeparated({ value }: TransformFnParams): unknown {
  const given: unknown[] = [value].flat();
  return [...new Set(given.flatMap((one) => (typeof one === 'string' ? one.split(',') : [one])))];
}
