import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Counter } from 'prom-client';
import { errorBody, statusOf } from '../errors/error-response';
import { Overloaded } from '../errors/request.errors';
import type { Metrics } from '../observability/metrics';
import { ANSWERED, isAnswered } from './answered';
import { chooseRequestId } from './request-id';

const REFUSAL = new Overloaded();
const ENVELOPE = JSON.stringify(errorBody(REFUSAL, '?'));
const HEADERS = [
  'Content-Type',
  'application/json; charset=utf-8',
  'Retry-After',
  `${REFUSAL.retryAfterSeconds}`,
];

/**
 * Load shedding: beyond a number of requests in flight the next ones are refused before anything is done for them.
 * Without it all wait for all, and the answers come when nobody waits for them any more.
 *
 * It stands ahead of the framework, because there a refusal costs nearly as much as a ticket: the refusals of a rush
 * would take the time of those who can be served. So it knows neither key nor route and writes no log line.
 *
 * A request counts from its arrival until it is answered, but for the time in which its body is awaited: clients that
 * send or read slowly keep nobody out. The server's timeouts are for those.
 */
export class LoadShedder {
  private readonly shed: Counter;
  private inFlight = 0;

  constructor(
    private readonly mostInFlight: number,
    metrics: Metrics,
  ) {
    this.shed = metrics.counter(
      'usher_http_requests_shed_total',
      'Requests refused because too many were in flight',
    );
    metrics.gaugeOf(
      'usher_http_requests_in_flight',
      'Requests that this process works on',
      () => this.inFlight,
    );
  }

  /** Counts the request; or answers it, and returns false. */
  admit(request: IncomingMessage, response: ServerResponse): boolean {
    if (this.inFlight >= this.mostInFlight) {
      this.shed.inc();
      refuse(request, response);
      return false;
    }
    this.inFlight++;
    response.once(ANSWERED, () => this.inFlight--);
    return true;
  }

  /** Does not count the request until the rest of it is there. */
  exceptWhileArriving(request: IncomingMessage, response: ServerResponse): void {
    if (request.complete || isAnswered(response)) return;
    this.inFlight--;
    let arriving = true;
    const resume = () => {
      if (arriving) this.inFlight++;
      arriving = false;
    };
    request.once('end', resume);
    // In front of the listener that takes it out of the count.
    response.prependOnceListener(ANSWERED, resume);
  }
}

/** As cheap as Node allows, because every microsecond is taken from those who are served. */
function refuse(request: IncomingMessage, response: ServerResponse): void {
  const requestId = chooseRequestId(request);
  const body = ENVELOPE.replace('?', requestId);
  response.writeHead(statusOf(REFUSAL), [
    ...HEADERS,
    'X-Request-Id',
    requestId,
    'Content-Length',
    `${body.length}`,
  ]);
  response.end(body, 'latin1');
}
