import { DomainError } from '../common/errors/domain-error';

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
