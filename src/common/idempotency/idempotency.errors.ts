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
      message: 'idempotent_request_in_progress',
      retryAfterSeconds: 1,
    });
  }
}
