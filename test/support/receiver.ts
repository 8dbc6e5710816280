import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { text } from 'node:stream/consumers';
import type { TlsOptions } from 'node:tls';
import { until } from './until';

export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  /** As it came over the wire. */
  body: string;
}

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

/** A web server that takes webhooks and keeps them. */
export interface Receiver {
  /** On 127.0.0.1. */
  url: string;
  port: number;
  received: Received[];
  /** What is answered from now on; undefined keeps the sender waiting. */
  answer: Answer | { raw: string } | undefined;
  /** Most requests that waited for their answer at the same time. */
  mostAtOnce: number;
  /** Resolves with all that has come when there are so many. */
  untilReceived(count: number): Promise<Received[]>;
  close(): Promise<void>;
}

/** With TLS when it is given a certificate. */
export async function startReceiver(tls?: TlsOptions): Promise<Receiver> {
  const waiting = new Set<ServerResponse>();
  const listener: RequestListener = (request, response) => {
    waiting.add(response);
    receiver.mostAtOnce = Math.max(receiver.mostAtOnce, waiting.size);
    response.once('close', () => waiting.delete(response));
    void text(request).then((body) => {
      const { url, headers } = request;
      receiver.received.push({ path: url!, headers, body });
      const { answer } = receiver;
      if (!answer) return;
      if ('raw' in answer) request.socket.write(answer.raw);
      else response.writeHead(answer.status, answer.headers).end(answer.body);
    });
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const receiver: Receiver = {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}/hooks`,
    port,
    received: [],
    answer: { status: 204 },
    mostAtOnce: 0,
    async untilReceived(count) {
      await until(() => receiver.received.length >= count, `${count} webhooks did not come`);
      return receiver.received;
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
  return receiver;
}
