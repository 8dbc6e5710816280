import { ValidateBy } from 'class-validator';

/** Stands in the context of a rule that looks at two fields. */
export interface Comparison {
  /** The other one, beside it. */
  other: string;
  /** The part of the field that the rule is about. */
  part?: string;
}

/** What is wrong between two fields. They may be anything that JSON can hold, as each is checked by itself meanwhile. */
type ProblemOf = (value: unknown, other: unknown) => string | undefined;

/**
 * Holds a field against another one beside it when both are given, and when nothing is wrong with either by itself
 * (`fieldErrorsOf`). So that one answer tells everything, and not to refuse anything: what is wrong only between fields is
 * for the entity to refuse, as after a PATCH of one of them.
 */
export function ComparedWith(other: string, problemOf: ProblemOf, part?: string): PropertyDecorator {
  const problem = (value: unknown, object: object | undefined): string | undefined => {
    const beside = (object as Record<string, unknown>)[other];
    return value === null || beside === undefined || beside === null ? undefined : problemOf(value, beside);
  };
  return ValidateBy(
    {
      name: `comparedWith_${other}`,
      validator: {
        validate: (value, args) => problem(value, args?.object) === undefined,
        defaultMessage: (args) => problem(args?.value, args?.object) ?? '',
      },
    },
    { context: { other, part } satisfies Comparison },
  );
}
