import type { ValidationError } from 'class-validator';
import { type FieldErrors, fieldPath, joined } from '../errors/field-errors';
import type { Comparison } from './compared-with.decorator';

/** The rule that a field breaks which the operation does not have. */
export const UNKNOWN_FIELD = 'whitelistValidation';

/** What is said of such a field. */
export const UNKNOWN = 'is not a known field';

/** Every bad field by its path, with what it must be. Two fields are compared when each is right by itself. */
export function fieldErrorsOf(errors: ValidationError[], parent = ''): FieldErrors {
  const wrong = new Set(errors.filter(isWrongByItself).map(({ property }) => property));
  const told = errors.flatMap((error): FieldErrors[] => {
    const { property, children = [] } = error;
    const path = fieldPath(parent, property);
    const rules = brokenRules(error)
      .filter(({ comparison }) => !comparison || !(wrong.has(property) || wrong.has(comparison.other)))
      .map(({ text, comparison }) => ({
        [comparison?.part ? fieldPath(path, comparison.part) : path]: [text],
      }));
    return [...rules, fieldErrorsOf(children, path)];
  });
  return joined(...told);
}

/** And not only beside another field. */
export function isWrongByItself(error: ValidationError): boolean {
  return Boolean(error.children?.length) || brokenRules(error).some(({ comparison }) => !comparison);
}

interface BrokenRule {
  text: string;
  /** Only of a rule that looks at two fields. */
  comparison?: Comparison;
}

function brokenRules({ property, constraints = {}, contexts }: ValidationError): BrokenRule[] {
  return Object.entries(constraints).map(([rule, message]) => ({
    text: rule === UNKNOWN_FIELD ? UNKNOWN : withoutProperty(message, property),
    comparison: contexts?.[rule] as Comparison | undefined,
  }));
}

/** class-validator begins its messages with the property, which stands in the key already. */
function withoutProperty(message: string, property: string): string {
  return message.startsWith(`${property} `) ? message.slice(property.length + 1) : message;
}
