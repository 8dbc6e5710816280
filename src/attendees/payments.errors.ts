import { DomainError } from '../common/errors/domain-error';

export class PaymentNotFound extends DomainError {
  constructor() {
    super({ kind: 'not_found', code: 'payment_not_found', message: 'Payment not found' });
  }
}

export class PaymentHasNoTickets extends DomainError {
  constructor() {
    super({
      kind: 'unprocessable',
      code: 'payment_has_no_tickets',
      message: 'No ticket of this payment is left, so there is nothing to confirm',
    });
  }
}

export class PaymentContactErased extends DomainError {
  constructor() {
    super({
      kind: 'unprocessable',
      code: 'payment_contact_erased',
      message: 'The contact of this payment was erased, so there is nobody to write to',
    });
  }
}
