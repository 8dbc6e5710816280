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

export class TicketClassHasSoldTickets extends DomainError {
  constructor(soldCount: number) {
    super({
      kind: 'conflict',
      code: 'ticket_class_has_sold_tickets',
      message: 'Cannot delete a ticket class with sold tickets',
      details: { sold_count: soldCount },
    });
  }
}

/** A ticket of a deleted ticket class cannot take a seat in it. */
export class TicketClassDeleted extends DomainError {
  constructor() {
    super({
      kind: 'conflict',
      code: 'ticket_class_deleted',
      message: 'The ticket class is deleted and takes no more seats',
    });
  }
}

export class QuantityBelowSeatsHeld extends DomainError {
  constructor({
    name,
    quantityTotal,
    seatsHeld,
  }: {
    name: string;
    quantityTotal: number;
    seatsHeld: number;
  }) {
    const seats = seatsHeld === 1 ? '1 seat is' : `${seatsHeld} seats are`;
    super({
      kind: 'conflict',
      code: 'quantity_below_seats_held',
      message: `Ticket class "${name}" cannot have ${quantityTotal} in total: ${seats} held`,
      details: { requested: quantityTotal, seats_held: seatsHeld },
    });
  }
}
