import { DomainError } from '../common/errors/domain-error';

/** Whatever the reason, so that a token tells nothing but what it opens. */
export class TicketsNotFound extends DomainError {
  constructor() {
    super({ kind: 'not_found', code: 'tickets_not_found', message: 'Tickets not found' });
  }
}
