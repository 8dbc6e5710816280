import { DomainError } from '../errors/domain-error';
import { errorBody, statusOf } from '../errors/error-response';

/** An answer as it goes over the wire and into the idempotency record: serialised once, sent and replayed as it is. */
export interface StoredResponse {
  status: number;
  /** JSON text. */
  body: string;
  replayed: boolean;
}

export function freshResponse(status: number, body: unknown): StoredResponse {
  return { status, body: JSON.stringify(body), replayed: false };
}

export function refusalResponse(error: DomainError, requestId: string): StoredResponse {
  return freshResponse(statusOf(error), errorBody(error, requestId));
}

/**
 * True for a refusal that the operation itself decided, which is as much an answer to be given again as a success. Any
 * other is not stored: a retry executes.
 */
export function isDecision(error: unknown): error is DomainError {
  return (
    error instanceof DomainError &&
    !error.isTemporary &&
    (error.kind === 'not_found' || error.kind === 'conflict' || error.kind === 'unprocessable')
  );
}
