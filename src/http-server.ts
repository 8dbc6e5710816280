import type { Server, ServerResponse } from 'node:http';
import type { Environment } from './common/config/environment';

/** The HTTP server of a process, from listening to its last answer. */
export class HttpServer {
  private readonly answers = new Set<ServerResponse>();
  private closing = false;

  private constructor(private readonly server: Server) {
    server.prependListener('request', (_, response: ServerResponse) => {
      response.shouldKeepAlive &&= !this.closing;
      this.answers.add(response);
      response.once('close', () => this.answers.delete(response));
    });
  }

  static async listen(
    server: Server,
    { port, host }: Pick<Environment, 'port' | 'host'>,
  ): Promise<HttpServer> {
    const http = new HttpServer(server);
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject).listen(port, host, resolve);
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      throw new Error(`port ${port} of ${host} is in use. Set PORT to a free one.`);
    }
    return http;
  }

  /** Stops listening and resolves when every request that was accepted is answered. */
  async close(): Promise<void> {
    this.closing = true;
    // Each answer tells its client that the connection ends with it, so that no next request runs into the end.
    for (const answer of this.answers) answer.shouldKeepAlive = false;
    const closed = new Promise((resolve) => this.server.close(resolve));
    // An answer that had begun before could not tell any more: its connection is closed when it has become idle.
    const idle = setInterval(() => this.server.closeIdleConnections(), 50);
    await closed;
    clearInterval(idle);
  }
}
