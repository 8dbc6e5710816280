import type { IncomingMessage } from 'node:http';

type Asked = Pick<IncomingMessage, 'method' | 'url' | 'headers'>;

/** Whether it comes from a load balancer or from monitoring, which must not be refused when it matters. */
export function isProbe({ method, url = '', headers }: Asked): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  if (!/^\/(health\/(live|ready)|metrics)($|\?)/.test(url)) return false;
  // A body could be awaited for a minute.
  return headers['content-length'] === undefined && headers['transfer-encoding'] === undefined;
}
