import { DomainError } from '../common/errors/domain-error';

export class TicketClassNotFound extends DomainError {
  constructor() {
    super({ kind: 'not_found', code: 'ticket_class_not_found', message: 'Ticket class not found' });
  }
}

export class TicketClassNameTaken extends DomainError {
  constructor() {
    super({
      kind: 'conflict',
      code: 'ticket_class_name_taken',
      message: 'A ticket class with this name already exists',
    });
  }
}
