/** What is wrong with a time that must come after the one in `field`; undefined when nothing is. */
export function afterProblem(time: Date, earlier: Date, field: string): string | undefined {
  return time <= earlier ? `must be after ${field}` : undefined;
}

/** What is wrong with a number that must not be less than the one in `field`; undefined when nothing is. */
export function leastProblem(value: number, least: number, field: string): string | undefined {
  return value < least ? `must not be less than ${field}` : undefined;
}
