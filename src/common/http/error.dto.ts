/** The one shape of every error, from 400 to 503. */
export class ErrorDto {
  /** What went wrong, for people. */
  error!: string;

  /** What went wrong, for programs; stable. */
  code!: string;

  /** Facts that belong to the error, depending on its code. */
  details?: Record<string, unknown>;

  /** The id of the request, also in the `X-Request-Id` header and in every log line. */
  request_id!: string;
}
