import { DomainError } from '../common/errors/domain-error';

export class EventNotFound extends DomainError {
  constructor() {
    super({ kind: 'not_found', code: 'event_not_found', message: 'Event not found' });
  }
}
