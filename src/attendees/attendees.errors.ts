import { DomainError } from '../common/errors/domain-error';

export class AttendeeNotFound extends DomainError {
  constructor() {
    super({ kind: 'not_found', code: 'attendee_not_found', message: 'Attendee not found' });
  }
}

export class InvalidTransition extends DomainError {
  constructor({ from, to, allowed }: { from: string; to: string; allowed: readonly string[] }) {
    super({
      kind: 'unprocessable',
      code: 'invalid_transition',
      message: `An attendee that is ${from} cannot become ${to}`,
      details: { from, to, allowed },
    });
  }
}
