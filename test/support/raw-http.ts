import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface RawRequest {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: object;
}

export interface RawAnswer {
  status: number;
  headers: Record<string, string>;
  /** Parsed JSON. */
  body: Record<string, unknown>;
}

/** A connection of its own. However it ends is for the caller to look at. */
export function openSocket(url: string): Socket {
  return connect(Number(new URL(url).port), '127.0.0.1').on('error', () => undefined);
}

/** Sends what HTTP clients refuse to send, or would put right. Characters go out as Latin-1 bytes. */
export async function sendRaw(
  url: string,
  { method = 'GET', path = '/', headers = {}, body }: RawRequest,
): Promise<RawAnswer> {
  const content = body ? JSON.stringify(body) : '';
  const sent = {
    Host: 'localhost',
    Connection: 'close',
    ...(body && { 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(content)) }),
    ...headers,
  };
  const lines = Object.entries(sent).map(([name, value]) => `${name}: ${value}`);
  return sendText(url, `${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${content}`);
}

/** Sends any text at all. */
export async function sendText(url: string, text: string): Promise<RawAnswer> {
  // The server may close while the rest of the request is on its way.
  const socket = openSocket(url);
  await once(socket, 'connect');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  const closed = once(socket, 'close');
  socket.write(text, 'latin1');
  await closed;
  const [head = '', content = ''] = Buffer.concat(chunks).toString().split('\r\n\r\n', 2);
  const [statusLine = '', ...lines] = head.split('\r\n');
  return {
    status: Number(statusLine.split(' ')[1]),
    headers: Object.fromEntries(
      lines.map((line) => [
        line.slice(0, line.indexOf(':')).toLowerCase(),
        line.slice(line.indexOf(':') + 2),
      ]),
    ),
    body: JSON.parse(content || '{}') as Record<string, unknown>,
  };
}
