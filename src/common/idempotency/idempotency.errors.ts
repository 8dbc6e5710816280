import { DomainError } from '../errors/domain-error';

export class IdempotencyKeyInvalid extends DomainError {
  constructor() {
    super({
      kind: 'invalid',
      code: 'idempotency_key_invalid',
      message: 'Idempotency-Key must be 1 to 255 printable ASCII characters',
    });
  }
}

export class IdempotencyKeyReused extends DomainError {
  constructor() {
    super({
      kind: 'unprocessable',
      code: 'idempotency_key_reused',
      message: 'This Idempotency-Key was already used with a different request',
    });
  }
}

export class IdempotentRequestInProgress extends DomainError {
  constructor() {
    super({
      kind: 'conflict',
      code: 'idempotent_request_in_progress',
      // Not for people: the API promises this very text.
      message: 'idempotent_request_in_progress',
      retryAfterSeconds: 1,
    });
  }
}

/** The first answer was erased with a contact that it spoke of. */
export class AnswerErased extends DomainError {
  constructor() {
    super({
      kind: 'gone',
      code: 'answer_erased',
      message:
        'This request was executed, but its answer was erased with the contact it spoke of. It is not executed again.',
    });
  }
}
