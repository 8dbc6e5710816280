import { DomainError } from '../common/errors/domain-error';

export class AttendeeNotFound extends DomainError {
  constructor() {
    super({ kind: 'not_found', code: 'attendee_not_found', message: 'Attendee not found' });
  }
}
