import type { NextFunction, Request, Response } from 'express';
import { isProbe } from '../http/probes';

export interface Work {
  name: string;
  /** `traceparent` of what caused it, when that is not what is being done now. */
  parent?: string | null;
  /** `traceparent`s of those that it is done for, when they are many. */
  links?: readonly (string | undefined)[];
}

/**
 * Tells who waits for what, over processes, as OpenTelemetry does: a request, the transaction that it shares with
 * others, the mail that follows. What continues later is named by its `traceparent` (https://www.w3.org/TR/trace-context/).
 *
 * This one does nothing, and costs nothing: it stands in while `OTEL_EXPORTER_OTLP_ENDPOINT` names no collector.
 */
export class Tracing {
  /** Names what is being done now; undefined when nothing is traced. */
  get current(): string | undefined {
    return undefined;
  }

  /** Traces a request from here to the end of its answer. */
  request(_request: Request, _response: Response, next: NextFunction): void {
    next();
  }

  run<T>(_work: Work, run: () => Promise<T>): Promise<T> {
    return run();
  }
}

export function traceRequests(tracing: Tracing) {
  return (request: Request, response: Response, next: NextFunction): void => {
    if (isProbe(request)) next();
    else tracing.request(request, response, next);
  };
}
