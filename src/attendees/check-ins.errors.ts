import { DomainError } from '../common/errors/domain-error';

export class UnknownBarcode extends DomainError {
  constructor() {
    super({ kind: 'not_found', code: 'unknown_barcode', message: 'This event has no such ticket' });
  }
}

export class AlreadyCheckedIn extends DomainError {
  constructor(attendee: { checked_in_at: string | null }) {
    super({
      kind: 'conflict',
      code: 'already_checked_in',
      message: 'This ticket is already checked in',
      details: { attendee, checked_in_at: attendee.checked_in_at },
    });
  }
}

export class TicketNotValid extends DomainError {
  constructor(status: string) {
    super({
      kind: 'unprocessable',
      code: 'ticket_not_valid',
      message: `This ticket is ${status} and admits nobody`,
      details: { status },
    });
  }
}

export class NonceReused extends DomainError {
  constructor() {
    super({
      kind: 'unprocessable',
      code: 'nonce_reused',
      message: 'This nonce was already used for a different ticket',
    });
  }
}
