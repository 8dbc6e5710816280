import type { RequestListener, Server, ServerResponse } from 'node:http';
import { type Environment, VARIABLES } from './common/config/environment';
import { tellWhenAnswered } from './common/http/answered';
import { noteArrival } from './common/http/arrival';
import { exceptSending } from './common/http/except-sending';
import { LoadShedder } from './common/http/load-shedder';
import { oneAtATime } from './common/http/one-at-a-time';
import { isProbe } from './common/http/probes';
import { removeFrom } from './common/http/remove-from';
import { RequestPacer } from './common/http/request-pacer';
import { UntakenAnswers } from './common/http/untaken-answers';
import type { Metrics } from './common/observability/metrics';

/** For how long a client may hold a connection, in milliseconds. */
const TIMEOUTS = {
  /** How often Node looks whether the next two are over. */
  connectionsCheckingInterval: 2_000,
  /** From the first byte of a request to the end of its headers. */
  headersTimeout: 10_000,
  /** From the first byte of a request to its last: 256 KiB usually, 10 MiB of a guest list at most. */
  requestTimeout: 60_000,
  /** Between two requests. Longer than the minute for which proxies keep theirs, so that it is them who close. */
  keepAliveTimeout: 65_000,
  /** Without a byte in either direction, so also for a client that takes nothing of its answer. */
  timeout: 120_000,
};

/**
 * Connections that the system may keep for us while we are busy; it takes its own limit if that is less. With Node's 511
 * the clients of a rush are not let in at first, and knock again after 1, 3 and 7 seconds.
 */
const BACKLOG = 8_192;

/** For how long a process that stops waits, in milliseconds. */
const PATIENCE = {
  /** For the rest of a request. A connection on which nothing has come, as browsers open some, looks the same. */
  requests: 1_000,
  /** For answers: the work that is under way, and clients that take their time to read. */
  answers: 20_000,
};

type HttpSettings = Pick<Environment, 'port' | 'host' | 'maxConcurrentRequests' | 'maxConnections'> & {
  /** The variable that names the port. */
  portVariable?: string;
};

/** The HTTP server of a process, from listening to its last answer. */
export class HttpServer {
  private readonly answers: ServerResponse[] = [];
  private closing = false;

  private constructor(private readonly server: Server) {}

  /** `server` has one listener for requests, the app. */
  static async listen(server: Server, settings: HttpSettings, metrics: Metrics): Promise<HttpServer> {
    const { port, host, portVariable = VARIABLES.port.name } = settings;
    const http = new HttpServer(server);
    http.limit(settings, metrics);
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject).listen({ port, host, backlog: BACKLOG }, resolve);
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
      throw new Error(`port ${port} of ${host} is in use. Set ${portVariable} to a free one.`);
    }
    return http;
  }

  /** Stops listening and resolves when every request that has arrived is answered, and all connections are closed. */
  async close(): Promise<void> {
    this.closing = true;
    // Each answer tells its client that the connection ends with it, so that no next request runs into the end.
    for (const answer of this.answers) answer.shouldKeepAlive = false;
    const closed = new Promise((resolve) => {
      exceptSending(this.answers, () => this.server.close(resolve));
    });
    const begun = performance.now();
    const closing = setInterval(() => this.closeConnections(performance.now() - begun), 50);
    await closed;
    clearInterval(closing);
  }

  private closeConnections(waitedMs: number): void {
    const owesAnswers = this.answers.some(({ req }) => req.complete);
    if (waitedMs > (owesAnswers ? PATIENCE.answers : PATIENCE.requests)) this.server.closeAllConnections();
    // An answer that had begun before could not tell any more: its connection is closed when it has become idle.
    else this.closeIdleConnections();
  }

  private closeIdleConnections(): void {
    exceptSending(this.answers, () => this.server.closeIdleConnections());
  }

  private limit({ maxConcurrentRequests, maxConnections }: HttpSettings, metrics: Metrics): void {
    const [app] = this.server.listeners('request') as [RequestListener];
    const shedder = new LoadShedder(maxConcurrentRequests, metrics);
    const pacer = new RequestPacer(this.server, (request, response) => {
      shedder.exceptWhileArriving(request, response);
      app(request, response);
    });
    const untaken = new UntakenAnswers();
    const accept: RequestListener = (request, response) => {
      noteArrival(request);
      response.shouldKeepAlive &&= !this.closing;
      const probe = isProbe(request) && pacer.takesProbe();
      if (!probe && !shedder.admit(request, response)) return;
      tellWhenAnswered(response);
      untaken.watch(response);
      this.answers.push(response);
      response.once('close', () => removeFrom(this.answers, response));
      if (probe) pacer.handOnProbe(request, response);
      else pacer.handOn(request, response);
    };
    const take = oneAtATime(accept);
    this.server.off('request', app).on('request', take);
    // Whatever else than `100-continue` a client expects: a server may pass it over (RFC 9110, 10.1.1).
    this.server.on('checkExpectation', take);
    Object.assign(this.server, TIMEOUTS, { maxConnections });
    // Whoever holds connections and asks for nothing makes room.
    this.server.on('drop', () => this.closeIdleConnections());
  }
}
