import type { IncomingMessage } from 'node:http';

/** Whether it comes from a load balancer or from monitoring, which must not be refused when it matters. */
export function isProbe({ url = '' }: Pick<IncomingMessage, 'url'>): boolean {
  return /^\/(health\/|metrics($|\?))/.test(url);
}
