import { createHash } from 'node:crypto';

export interface FingerprintedRequest {
  method: string;
  /** Path and query as they were sent. */
  url: string;
  /** The parsed JSON body as it was sent, before defaults are filled in. */
  body: unknown;
}

/**
 * SHA-256 over method, path, sorted query and canonical JSON, in hex. Two requests that differ only in the order of
 * object keys, in white space or in the order of query parameters are the same request.
 */
export function fingerprint({ method, url, body }: FingerprintedRequest): string {
  const [path] = url.split('?', 1);
  const parameters = new URLSearchParams(url.slice(path!.length));
  parameters.sort();
  return createHash('sha256')
    .update(`${method}\n${path}\n${parameters.toString()}\n`)
    .update(canonicalJson(body))
    .digest('hex');
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (isPlainObject(inner) ? sortKeys(inner) : inner)) ?? '';
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sortKeys(object: Record<string, unknown>): Record<string, unknown> {
  // `fromEntries` defines properties, so a body's "__proto__" stays an ordinary key.
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
}
