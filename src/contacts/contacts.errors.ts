import { DomainError } from '../common/errors/domain-error';

export class ContactNotFound extends DomainError {
  constructor() {
    super({ kind: 'not_found', code: 'contact_not_found', message: 'Contact not found' });
  }
}

export class ContactEmailTaken extends DomainError {
  constructor() {
    super({
      kind: 'conflict',
      code: 'contact_email_taken',
      message: 'A contact with this email already exists',
    });
  }
}
