import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Stands between a server and its clients. */
export interface Switchboard {
  /** The server's, by way of the switchboard. */
  url: string;
  /**
   * Loses the calls of now, as a machine does that dies: the clients' connections stay open and silent, the server's are
   * gone. New calls are put through.
   */
  forget(): void;
  close(): Promise<void>;
}

export async function startSwitchboard(url: string): Promise<Switchboard> {
  const target = new URL(url);
  const clients = new Set<Socket>();
  let calls: { client: Socket; upstream: Socket }[] = [];
  const server = createServer((client) => {
    const upstream = connect(Number(target.port || 6379), target.hostname);
    for (const socket of [client, upstream]) socket.on('error', () => undefined);
    clients.add(client);
    calls.push({ client, upstream });
    client.on('close', () => {
      clients.delete(client);
      upstream.destroy();
    });
    client.pipe(upstream).pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const through = new URL(url);
  through.hostname = '127.0.0.1';
  through.port = String((server.address() as AddressInfo).port);
  return {
    url: through.href,
    forget() {
      for (const { client, upstream } of calls) {
        upstream.unpipe(client);
        client.unpipe(upstream).resume();
        upstream.destroy();
      }
      calls = [];
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const client of clients) client.destroy();
      await closed;
    },
  };
}
