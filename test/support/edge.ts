import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Metrics } from '../../src/common/observability/metrics';
import { HttpServer } from '../../src/http-server';

export interface Edge {
  url: string;
  close(): Promise<void>;
}

/** What stands between the app and its clients, with another app behind it. */
export async function startEdge(
  app: RequestListener,
  maxConcurrentRequests: number,
  maxConnections = 1_000,
): Promise<Edge> {
  const server = createServer(app);
  const settings = { port: 0, host: '127.0.0.1', maxConcurrentRequests, maxConnections };
  const http = await HttpServer.listen(server, settings, new Metrics());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => http.close() };
}
