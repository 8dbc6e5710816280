import { DomainError } from '../common/errors/domain-error';

export class ApiKeyNotFound extends DomainError {
  constructor() {
    super({ kind: 'not_found', code: 'api_key_not_found', message: 'API key not found' });
  }
}

/** A key that no longer works gets no successor: it would come back to life under another name. */
export class ApiKeyInactive extends DomainError {
  constructor(status: 'expired' | 'revoked') {
    super({
      kind: 'conflict',
      code: 'api_key_inactive',
      message: `The API key is ${status} and cannot be rotated`,
      details: { status },
    });
  }
}

export class ApiKeyAlreadyRotated extends DomainError {
  constructor(replacedBy: string) {
    super({
      kind: 'conflict',
      code: 'api_key_already_rotated',
      message: 'The API key was rotated before; rotate the key that replaced it',
      details: { replaced_by: replacedBy },
    });
  }
}

/** Else whoever holds a key for an hour could make himself one for ever. */
export class ExpiryExceeded extends DomainError {
  constructor(latest: Date) {
    super({
      kind: 'forbidden',
      code: 'expiry_exceeded',
      message: 'An API key cannot create a key that works longer than itself',
      details: { latest_expires_at: latest.toISOString() },
    });
  }
}

/** A key can pass on only what it has. */
export class ScopesExceeded extends DomainError {
  constructor(missing: string[]) {
    super({
      kind: 'forbidden',
      code: 'scopes_exceeded',
      message: 'An API key cannot create a key with scopes that it lacks',
      details: { missing_scopes: missing },
    });
  }
}
