import { DomainError } from '../common/errors/domain-error';

export class EventNotFound extends DomainError {
  constructor() {
    super({ kind: 'not_found', code: 'event_not_found', message: 'Event not found' });
  }
}

export class EventCurrencyInUse extends DomainError {
  constructor(seatsHeld: number) {
    super({
      kind: 'conflict',
      code: 'event_currency_in_use',
      message: 'The currency cannot change while tickets of the event hold seats',
      details: { seats_held: seatsHeld },
    });
  }
}
