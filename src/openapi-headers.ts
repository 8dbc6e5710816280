import type { OpenAPIObject } from '@nestjs/swagger';
import { headerRef } from './common/http/response-headers';
import { IdempotencyKeyReused, IdempotentRequestInProgress } from './common/idempotency/idempotency.errors';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;

interface Response {
  description: string;
  headers?: Record<string, object>;
  content?: Record<string, { examples?: Record<string, object> }>;
}

/** Of refusals that never last. */
const TEMPORARY = [429, 503];

/** Of refusals that an operation can have decided, which are stored as successes are. */
const DECIDED = [404, 409, 422];

/** Refusals of the same statuses by which the operation is not reached. */
const UNDECIDED = [new IdempotencyKeyReused(), new IdempotentRequestInProgress()].map(({ code }) => code);

/** Adds to the responses of an operation the headers that they have in common with others. */
export function addHeaders(operation: Operation, { isPost }: { isPost: boolean }): void {
  const responses = operation.responses as Record<string, Response>;
  for (const [status, { description, headers, ...content }] of Object.entries(responses)) {
    const replays = isPost && isStored(Number(status), content);
    responses[status] = {
      description,
      headers: {
        'X-Request-Id': headerRef('X-Request-Id'),
        'RateLimit-Policy': headerRef('RateLimit-Policy'),
        RateLimit: headerRef('RateLimit'),
        ...headers,
        ...(Number(status) === 401 && { 'WWW-Authenticate': headerRef('WWW-Authenticate') }),
        ...(TEMPORARY.includes(Number(status)) && { 'Retry-After': headerRef('Retry-After') }),
        ...(replays && { 'Idempotent-Replay': headerRef('Idempotent-Replay') }),
      },
      ...content,
    };
  }
}

function isStored(status: number, { content }: Pick<Response, 'content'>): boolean {
  if (status < 400) return true;
  const codes = Object.keys(content?.['application/json']?.examples ?? {});
  return DECIDED.includes(status) && codes.some((code) => !UNDECIDED.includes(code));
}
