import { DomainError } from './domain-error';
import { type FieldErrors, firstOf, isEmpty } from './field-errors';

/** Every bad field at once, up to a hundred. */
export class ValidationFailed extends DomainError {
  constructor(readonly fieldErrors: FieldErrors) {
    super({
      kind: 'invalid',
      code: 'validation_failed',
      message: 'Validation failed',
      details: { fieldErrors: firstOf(fieldErrors) },
    });
  }
}

/** @throws ValidationFailed unless there are none. */
export function refuse(fieldErrors: FieldErrors): void {
  if (!isEmpty(fieldErrors)) throw new ValidationFailed(fieldErrors);
}

/** A PATCH without any field. */
export class NoFieldsGiven extends DomainError {
  constructor() {
    super({ kind: 'invalid', code: 'no_fields_given', message: 'At least one field is required' });
  }
}

export class InvalidPagination extends DomainError {
  constructor(fieldErrors: FieldErrors) {
    super({
      kind: 'invalid',
      code: 'invalid_pagination',
      message: 'Invalid pagination parameters',
      details: { fieldErrors: firstOf(fieldErrors) },
    });
  }
}

export class MalformedJson extends DomainError {
  constructor() {
    super({ kind: 'invalid', code: 'malformed_json', message: 'The request body is not valid JSON' });
  }
}

export class BadRequest extends DomainError {
  constructor() {
    super({ kind: 'invalid', code: 'bad_request', message: 'The request could not be understood' });
  }
}

export class RouteNotFound extends DomainError {
  constructor() {
    super({ kind: 'not_found', code: 'route_not_found', message: 'No such route' });
  }
}

export class BodyTooLarge extends DomainError {
  constructor() {
    super({ kind: 'too_large', code: 'body_too_large', message: 'The request body is too large' });
  }
}

export class UnsupportedMediaType extends DomainError {
  constructor(expected = 'application/json') {
    super({
      kind: 'unsupported_media_type',
      code: 'unsupported_media_type',
      message: `The request body must be sent as ${expected}`,
    });
  }
}

export class HeadersTooLarge extends DomainError {
  constructor() {
    super({
      kind: 'headers_too_large',
      code: 'headers_too_large',
      message: 'The request headers are too large',
    });
  }
}

export class RequestTimeout extends DomainError {
  constructor() {
    super({ kind: 'timeout', code: 'request_timeout', message: 'The request did not arrive in time' });
  }
}

/** Unexpected: what happened is in the log under the request id, not in the answer. */
export class InternalError extends DomainError {
  constructor() {
    super({ kind: 'internal', code: 'internal_error', message: 'Something went wrong on our side' });
  }
}

/** The database is out of reach or somebody holds a lock for too long; nothing was changed. */
export class ServiceUnavailable extends DomainError {
  constructor() {
    super({
      kind: 'unavailable',
      code: 'service_unavailable',
      message: 'The service is temporarily unavailable. Try again shortly.',
      retryAfterSeconds: 1,
    });
  }
}

/** Too much is waiting already; refused at the door instead of kept in memory. */
export class Overloaded extends DomainError {
  constructor() {
    super({
      kind: 'unavailable',
      code: 'overloaded',
      message: 'Too many requests are waiting. Try again shortly.',
      retryAfterSeconds: 1,
    });
  }
}

/** Refused before anything was done for the request. */
export class RateLimited extends DomainError {
  constructor(retryAfterSeconds: number) {
    super({
      kind: 'rate_limited',
      code: 'rate_limited',
      message: 'Rate limit exceeded. Try again shortly.',
      retryAfterSeconds,
    });
  }
}
