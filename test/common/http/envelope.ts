import type { TestApp } from '../../support/app';
import type { RawAnswer } from '../../support/raw-http';

export interface Refusal {
  status: number;
  code: string;
  error: string;
  details?: unknown;
}

export const NO_ROUTE: Refusal = { status: 404, code: 'route_not_found', error: 'No such route' };
export const MALFORMED: Refusal = {
  status: 400,
  code: 'malformed_json',
  error: 'The request body is not valid JSON',
};
export const BAD: Refusal = {
  status: 400,
  code: 'bad_request',
  error: 'The request could not be understood',
};
export const TOO_LARGE: Refusal = {
  status: 413,
  code: 'body_too_large',
  error: 'The request body is too large',
};
export const NOT_JSON: Refusal = {
  status: 415,
  code: 'unsupported_media_type',
  error: 'The request body must be sent as application/json',
};

/** Fails the test unless the answer is this refusal, in the envelope of every error and nothing besides. */
export function expectError(answer: RawAnswer, { status, ...rest }: Refusal): void {
  expect({ status: answer.status, body: answer.body }).toEqual({
    status,
    body: { ...rest, request_id: answer.headers['x-request-id'] },
  });
  expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
}

/** Sends a body byte for byte. */
export async function postBytes(
  app: TestApp,
  apiKey: string,
  path: string,
  {
    type = 'application/json',
    encoding,
    content,
  }: { type?: string; encoding?: string; content: string | Buffer },
): Promise<RawAnswer> {
  const answer = await fetch(app.url + path, {
    method: 'POST',
    headers: { 'X-API-KEY': apiKey, 'Content-Type': type, ...(encoding && { 'Content-Encoding': encoding }) },
    body: content,
  });
  const body = (await answer.json()) as Record<string, unknown>;
  return { status: answer.status, headers: Object.fromEntries(answer.headers), body };
}
