declare const SENT: unique symbol;

/**
 * What will come of statements that are on the wire, all of them: only results follow from it, no more statements. An
 * async function cannot return one.
 */
export type Sent<T> = Promise<T> & { readonly [SENT]: true };

/** For a function that has nothing to send. */
export const NOTHING_TO_SEND = Promise.resolve() as Sent<unknown>;

/** Statements that are sent already, as one. */
export function together(...statements: Sent<unknown>[]): Sent<unknown> {
  return inOneRoundTrip(...statements) as Promise<unknown> as Sent<unknown>;
}

/**
 * The results of statements that are sent without waiting for one another, in their order. After one that fails
 * PostgreSQL refuses the rest, so what is thrown is the error of the first.
 */
export async function inOneRoundTrip<Results extends unknown[]>(
  ...statements: { [Index in keyof Results]: Promise<Results[Index]> }
): Promise<Results> {
  const settled = await Promise.allSettled(statements);
  const failed = settled.find(({ status }) => status === 'rejected');
  if (failed) throw (failed as PromiseRejectedResult).reason;
  return settled.map((one) => (one as PromiseFulfilledResult<unknown>).value) as Results;
}
