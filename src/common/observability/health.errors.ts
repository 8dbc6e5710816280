import { DomainError } from '../errors/domain-error';

export class NotReady extends DomainError {
  constructor(details: Record<string, unknown>) {
    super({
      kind: 'unavailable',
      code: 'not_ready',
      message: 'This process is not ready for requests',
      details,
      retryAfterSeconds: 1,
    });
  }
}
