import { DomainError } from '../errors/domain-error';

export class QueueConsoleKeyMissing extends DomainError {
  constructor() {
    super({
      kind: 'unauthenticated',
      code: 'queue_console_key_missing',
      message: 'Sign in with any user name and, as the password, an API key that has the scope admin:queues',
      // The scheme for which browsers ask people.
      challenge: 'Basic realm="Usher queues", charset="UTF-8"',
    });
  }
}
