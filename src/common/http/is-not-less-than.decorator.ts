import { leastProblem } from '../comparisons';
import { ComparedWith } from './compared-with.decorator';

/** Holds a number against another field of the body. */
export function IsNotLessThan(field: string): PropertyDecorator {
  return ComparedWith(field, (value, least) => leastProblem(Number(value), Number(least), field));
}
