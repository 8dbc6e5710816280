import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

interface Attribute {
  key: string;
  value: { stringValue?: string; intValue?: number };
}

/** As OTLP writes it, as far as tests look at it. */
export interface CollectedSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  attributes: Attribute[];
  links?: { traceId: string; spanId: string }[];
  status: { code?: number };
}

interface Export {
  resourceSpans: { scopeSpans: { spans: CollectedSpan[] }[] }[];
}

export interface TraceCollector {
  url: string;
  /** In the order of their ends; complete once the app that sent them is closed. */
  spans: CollectedSpan[];
  /** Everything that was sent, as text. */
  text(): string;
  close(): Promise<void>;
}

/** Takes OTLP over HTTP and keeps what it is sent. */
export async function startTraceCollector(): Promise<TraceCollector> {
  const exports: Export[] = [];
  const spans: CollectedSpan[] = [];
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      const sent = body as Export;
      exports.push(sent);
      for (const { scopeSpans } of sent.resourceSpans)
        spans.push(...scopeSpans.flatMap(({ spans }) => spans));
      response.writeHead(request.url === '/v1/traces' ? 200 : 404, { 'Content-Type': 'application/json' });
      response.end('{}');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    text: () => JSON.stringify(exports),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
