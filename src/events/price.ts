/** Most that a ticket can cost, in major units of any currency. */
export const MAX_PRICE = 999_999_999;

/**
 * Currencies whose minor unit is not a hundredth, after ISO 4217. `Intl` knows how amounts are commonly shown, which is
 * another thing: it gives the forint no decimals. The two units of account with four decimals are priced with two.
 */
const DECIMALS: Record<number, readonly string[]> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' '),
  3: 'BHD IQD JOD KWD LYD OMR TND'.split(' '),
};

export function decimalsOf(currency: string): number {
  const listed = Object.entries(DECIMALS).find(([, currencies]) => currencies.includes(currency));
  return listed ? Number(listed[0]) : 2;
}

/** What is wrong with a price in major units of `currency`; undefined when it can be paid. */
export function priceProblem(price: number, currency: string): string | undefined {
  const decimals = decimalsOf(currency);
  if (Number(price.toFixed(decimals)) === price) return undefined;
  return decimals === 0
    ? `must be a whole number in ${currency}`
    : `must have at most ${decimals} decimals in ${currency}`;
}
