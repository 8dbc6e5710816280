import { ComparedWith } from '../common/http/compared-with.decorator';
import { priceProblem } from './price';

/** Checks a price against the currency that is given in a field beside it. */
export function SuitsCurrency(field: string): PropertyDecorator {
  return ComparedWith(field, (price, currency) =>
    typeof price === 'number' && typeof currency === 'string' ? priceProblem(price, currency) : undefined,
  );
}
