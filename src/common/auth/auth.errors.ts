import { DomainError } from '../errors/domain-error';
import type { Scope } from './scopes';

/** No scheme is registered for keys in a header of their own. Browsers ask for a password only when they know the scheme. */
const challenge = 'ApiKey realm="Usher"';

export class MissingApiKey extends DomainError {
  constructor() {
    super({
      kind: 'unauthenticated',
      code: 'missing_api_key',
      message: 'Missing X-API-KEY header',
      challenge,
    });
  }
}

export class InvalidApiKey extends DomainError {
  constructor() {
    super({
      kind: 'unauthenticated',
      code: 'invalid_api_key',
      message: 'Invalid or revoked API key',
      challenge,
    });
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
