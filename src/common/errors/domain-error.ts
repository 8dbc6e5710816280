/** What kind of refusal an error is. The one place that knows the HTTP status of each kind is `error-response.ts`. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'timeout'
  | 'conflict'
  | 'gone'
  | 'too_large'
  | 'unsupported_media_type'
  | 'unprocessable'
  | 'rate_limited'
  | 'headers_too_large'
  | 'internal'
  | 'unavailable';

export interface ErrorDescription {
  kind: ErrorKind;
  /** Stable, for programs. */
  code: string;
  /** For people; may change. */
  message: string;
  details?: Record<string, unknown>;
  /** Sent as `Retry-After` (RFC 9110, section 10.2.3). */
  retryAfterSeconds?: number;
  /** Sent as `WWW-Authenticate`, which every 401 must have (RFC 9110, section 11.6.1). */
  challenge?: string;
}

/** A refusal that clients are told about. Each feature names its own in a file beside its entity. */
export abstract class DomainError extends Error {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly details?: Record<string, unknown>;
  readonly retryAfterSeconds?: number;
  readonly challenge?: string;

  protected constructor(description: ErrorDescription) {
    super(description.message);
    this.name = new.target.name;
    this.kind = description.kind;
    this.code = description.code;
    this.details = description.details;
    this.retryAfterSeconds = description.retryAfterSeconds;
    this.challenge = description.challenge;
  }

  /** Whether the same request may go well a moment later: then this is no answer to keep. */
  get isTemporary(): boolean {
    return this.retryAfterSeconds !== undefined;
  }
}
