import type { Operation, Schema } from './api-document';

/** What answers of any server have, and what protects whoever opens one in a browser: the document is not about those. */
const ANY_SERVERS = [
  'cache-control',
  'connection',
  'content-length',
  'content-type',
  'date',
  'keep-alive',
  'transfer-encoding',
  'content-security-policy',
  'cross-origin-opener-policy',
  'cross-origin-resource-policy',
  'origin-agent-cluster',
  'referrer-policy',
  'strict-transport-security',
  'x-content-type-options',
  'x-dns-prefetch-control',
  'x-download-options',
  'x-frame-options',
  'x-permitted-cross-domain-policies',
  'x-xss-protection',
];

export interface AnswerHead {
  status: number;
  headers: Record<string, string | string[] | undefined>;
}

/** The names of the headers that clients rely on. */
export function ownHeadersOf({ headers }: AnswerHead): string[] {
  return Object.keys(headers).filter((name) => !ANY_SERVERS.includes(name));
}

/** What is wrong with the headers of an operation's answer; undefined when they are those of its document. */
export function problemOfHeaders({ responses }: Operation, answer: AnswerHead): string | undefined {
  const documented = responses[answer.status]?.headers;
  if (!documented) return undefined;
  const stray = ownHeadersOf(answer).find((name) => !documented[name]);
  if (stray) return `answers ${answer.status} with ${stray}, which is not in the document`;
  for (const [name, { required, schema }] of Object.entries(documented)) {
    const value = answer.headers[name];
    if (required && value === undefined) return `answers ${answer.status} without ${name}`;
    if (value !== undefined && !fits(schema, String(value))) return `answers with ${name}: ${String(value)}`;
  }
  return undefined;
}

function fits({ type, enum: allowed, pattern, minimum = 0 }: Schema, value: string): boolean {
  if (type === 'integer') return /^\d+$/.test(value) && Number(value) >= minimum;
  return (!allowed || allowed.includes(value)) && new RegExp(pattern ?? '').test(value);
}
