import { type DomainError, type ErrorKind } from './domain-error';

const STATUS_BY_KIND: Record<ErrorKind, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  timeout: 408,
  conflict: 409,
  gone: 410,
  too_large: 413,
  unsupported_media_type: 415,
  unprocessable: 422,
  rate_limited: 429,
  headers_too_large: 431,
  internal: 500,
  unavailable: 503,
};

export interface ErrorBody {
  error: string;
  code: string;
  details?: Record<string, unknown>;
  request_id: string;
}

export function statusOf(error: DomainError): number {
  return STATUS_BY_KIND[error.kind];
}

export function errorBody(error: DomainError, requestId: string): ErrorBody {
  return {
    error: error.message,
    code: error.code,
    ...(error.details && { details: error.details }),
    request_id: requestId,
  };
}
