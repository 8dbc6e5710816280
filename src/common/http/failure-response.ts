import type { DomainError } from '../errors/domain-error';
import { errorBody } from '../errors/error-response';

/** What the examples in the OpenAPI document carry as request id. */
const EXAMPLE_REQUEST_ID = '01k5x9a3v8e6rr4c1m2n3p4q5s';

/** A refusal as a line of a response's description. */
export function lineOf({ code, message }: DomainError): string {
  return `\`${code}\`: ${message}`;
}

/** A refusal as an example of a response, which is named by its code. */
export function exampleOf(failure: DomainError) {
  return { summary: failure.message, value: errorBody(failure, EXAMPLE_REQUEST_ID) };
}
