/**
 * The headers of answers that clients rely on: `components.headers` of the OpenAPI document. Of one that is `required`,
 * every answer has it whose description names it.
 */
export const RESPONSE_HEADERS = {
  'X-Request-Id': {
    description:
      'The id of the request, also in every log line: the `X-Request-Id` that the client sent if it is 1 to 128 of ' +
      '`A-Z a-z 0-9 . _ ~ : -`, else a new one.',
    required: true,
    schema: { type: 'string', pattern: '^[A-Za-z0-9._~:-]{1,128}$' },
    example: '01k5x9a3v8e6rr4c1m2n3p4q5s',
  },
  'RateLimit-Policy': {
    description:
      'The quota: `q` requests in `w` seconds, for each API key (`"api-key"`), or for each IP address of requests without ' +
      'a valid one (`"ip"`). Not with `overloaded`, nor where the installation has no limit.',
    schema: { type: 'string', pattern: '^"(api-key|ip)";q=\\d+;w=\\d+$' },
    example: '"api-key";q=20000;w=10',
  },
  RateLimit: {
    description:
      'What is left of the quota: `r` requests, until it is whole again in `t` seconds. Not with `overloaded`, nor where ' +
      'the installation has no limit.',
    schema: { type: 'string', pattern: '^"(api-key|ip)";r=\\d+;t=\\d+$' },
    example: '"api-key";r=19999;t=10',
  },
  'WWW-Authenticate': {
    description: 'That an API key is wanted, in the header `X-API-KEY`.',
    required: true,
    schema: { type: 'string', pattern: '^ApiKey realm="Usher"$' },
    example: 'ApiKey realm="Usher"',
  },
  'Retry-After': {
    description: 'In how many seconds to try again.',
    required: true,
    schema: { type: 'integer', minimum: 1 },
    example: 1,
  },
  'Retry-After-If-Temporary': {
    description:
      'In how many seconds to try again. Only with refusals that do not last, as `idempotent_request_in_progress`.',
    schema: { type: 'integer', minimum: 1 },
    example: 1,
  },
  'Idempotent-Replay': {
    description:
      'Only with the stored answer to an earlier request with the same `Idempotency-Key`: nothing was executed again.',
    schema: { type: 'string', enum: ['true'] },
    example: 'true',
  },
  'Content-Disposition': {
    description: 'That the answer is a file, and by which name to keep it.',
    required: true,
    schema: { type: 'string', pattern: '^attachment; filename="[\\w.-]+"$' },
    example: 'attachment; filename="attendees-evt_01k5x9a3v8e6rr4c1m2n3p4q5s.csv"',
  },
};

/** Names one of them in the description of a response. */
export function headerRef(name: keyof typeof RESPONSE_HEADERS) {
  return { $ref: `#/components/headers/${name}` };
}
