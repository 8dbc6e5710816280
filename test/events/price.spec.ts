import fc from 'fast-check';
import { decimalsOf, MAX_PRICE, priceProblem } from '../../src/events/price';

describe('priceProblem', () => {
  it.each([
    [25, 'EUR'],
    [25.5, 'EUR'],
    [0.07, 'USD'],
    [1_500, 'JPY'],
    [1.234, 'KWD'],
    [99.95, 'HUF'],
    [0, 'JPY'],
    [MAX_PRICE, 'KWD'],
  ])('takes %d %s', (price, currency) => {
    expect(priceProblem(price, currency)).toBeUndefined();
  });

  it.each([
    [25.555, 'EUR', 'must have at most 2 decimals in EUR'],
    [0.1 + 0.2, 'EUR', 'must have at most 2 decimals in EUR'],
    [1e-7, 'EUR', 'must have at most 2 decimals in EUR'],
    [1.2345, 'KWD', 'must have at most 3 decimals in KWD'],
    [1.5, 'JPY', 'must be a whole number in JPY'],
  ])('refuses %d %s', (price, currency, problem) => {
    expect(priceProblem(price, currency)).toBe(problem);
  });

  it('takes every amount of minor units', () => {
    const currencies = fc.constantFrom('EUR', 'JPY', 'KWD');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: MAX_PRICE }), currencies, (minorUnits, currency) => {
        expect(priceProblem(minorUnits / 10 ** decimalsOf(currency), currency)).toBeUndefined();
      }),
    );
  });
});
