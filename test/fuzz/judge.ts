import type { ApiDocument } from '../support/api-document';
import { type AnswerHead, problemOfHeaders } from '../support/headers-of-answers';
import type { FuzzRequest } from './requests';
import { OTHERS } from './world';

export interface Answer extends AnswerHead {
  text: string;
}

/** What only the inside of a program says. No generated request says any of it. */
const LEAK =
  /\n\s+at |node_modules|dist\/src|QueryFailedError|TypeError|RangeError|SyntaxError|syntax error|violates|duplicate key|invalid byte|invalid input|out of range for|relation "|column "|\bSELECT\b|\bINSERT\b|\bUPDATE\b|Cannot read|is not a function|Unexpected token/;

/** What any request can be answered before it reaches an operation. */
const EVERYWHERE = [
  'bad_request',
  'route_not_found',
  'malformed_json',
  'unsupported_media_type',
  'body_too_large',
];

const ENVELOPE = ['error', 'code', 'details', 'request_id'];

/** What is wrong with an answer; undefined when nothing is. */
export function problemOf(document: ApiDocument, request: FuzzRequest, answer: Answer): string | undefined {
  if (answer.status >= 500) return `answered ${answer.status}`;
  if (answer.text.includes(OTHERS)) return 'shows what belongs to another organization';
  if (answer.headers['x-powered-by'] !== undefined) return 'says what it is powered by';
  if (typeof answer.headers['x-request-id'] !== 'string') return 'has no request id';
  if (typeof answer.headers.ratelimit !== 'string') return 'does not tell the rate limit';
  // Whether a request that errs came as far as the operation makes no difference to what its headers may be.
  const isDocumented = request.reachesOperation || answer.status >= 400;
  const problem = isDocumented ? problemOfHeaders(request.operation, answer) : undefined;
  if (problem) return problem;
  // RFC 9110, section 13.1.2: whoever wants nothing if there is anything gets nothing.
  if (answer.status === 304 && request.headers['If-None-Match']) return undefined;
  if (request.method === 'HEAD') return answer.text === '' ? undefined : 'HEAD has a body';
  return answer.status < 300 ? problemOfSuccess(document, request, answer) : problemOfError(request, answer);
}

function problemOfSuccess(
  document: ApiDocument,
  { operation, reachesOperation }: FuzzRequest,
  { status, headers, text }: Answer,
): string | undefined {
  if (!reachesOperation) return undefined;
  const type = String(headers['content-type']).split(';')[0]!;
  const media = operation.responses[status]?.content?.[type];
  if (!media) return `answers ${status} with ${type}, which is not in the document`;
  return type === 'application/json' ? document.mismatch(media.schema, parse(text)) : undefined;
}

function problemOfError(
  { operation, reachesOperation }: FuzzRequest,
  { status, headers, text }: Answer,
): string | undefined {
  if (status < 400) return `answers ${status}`;
  if (LEAK.test(text)) return 'shows its inside';
  if (headers['content-type'] !== 'application/json; charset=utf-8') return 'is an error that is not JSON';
  const body = parse(text) as Record<string, unknown> | undefined;
  if (!body) return 'is not JSON';
  const strange = Object.keys(body).find((field) => !ENVELOPE.includes(field));
  if (strange) return `has ${strange} in the envelope`;
  if (!isWords(body.error) || !isWords(body.code)) return 'has no error or no code';
  if (body.details !== undefined && typeof body.details !== 'object') return 'has details that are no object';
  // An answer that is given again has the id of the request that it was first given to.
  const repeated = headers['idempotent-replay'] !== undefined || operation.path.endsWith('/check-ins');
  if (!isWords(body.request_id) || (!repeated && body.request_id !== headers['x-request-id'])) {
    return 'has another request id in the body than in the header';
  }
  const documented = Object.keys(operation.responses[status]?.content?.['application/json']?.examples ?? {});
  return !reachesOperation || documented.includes(body.code) || EVERYWHERE.includes(body.code)
    ? undefined
    : `answers ${status} ${body.code}, which is not in the document`;
}

function isWords(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
