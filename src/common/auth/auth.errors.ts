import { DomainError } from '../errors/domain-error';
import type { Scope } from './scopes';

export class MissingApiKey extends DomainError {
  constructor() {
    super({ kind: 'unauthenticated', code: 'missing_api_key', message: 'Missing X-API-KEY header' });
  }
}

export class InvalidApiKey extends DomainError {
  constructor() {
    super({ kind: 'unauthenticated', code: 'invalid_api_key', message: 'Invalid or revoked API key' });
  }
}

export class InsufficientScope extends DomainError {
  constructor(required: Scope) {
    super({
      kind: 'forbidden',
      code: 'insufficient_scope',
      // Not for people: the API promises this very text.
      message: 'insufficient_scope',
      details: { required_scope: required },
    });
  }
}
