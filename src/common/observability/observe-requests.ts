import type { NextFunction, Request, Response } from 'express';
import { PinoLogger } from 'nestjs-pino';
import { findCaller } from '../auth/caller';
import { arrivalOf } from '../http/arrival';
import { requestIdOf } from '../http/request-id';
import type { Metrics } from './metrics';
import { notesOf } from './request-notes';

const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * One line in the log and one observation for each request, also for those that never reach a route. The line has a
 * fixed choice of fields: never a key, a body, an e-mail address, a path or a query string.
 */
export function observeRequests(metrics: Metrics) {
  const durations = metrics.histogram(
    'usher_http_request_duration_seconds',
    'Time from the arrival of a request to the end of its answer, by the pattern of its route',
    BUCKETS,
    ['method', 'route', 'status'],
  );
  return (request: Request, response: Response, next: NextFunction): void => {
    const arrived = arrivalOf(request);
    response.once('close', () => {
      const { method } = request;
      const route = routeOf(request);
      const status = sentStatus(response);
      const duration = performance.now() - arrived;
      durations.observe({ method, route: route ?? 'none', status: status ?? 'none' }, duration / 1_000);

      const caller = findCaller(request);
      const { laneWaitMs, batchSize, traceparent } = notesOf(request);
      PinoLogger.root[(status ?? 0) >= 500 ? 'error' : 'info'](
        {
          request_id: requestIdOf(request),
          trace_id: traceparent?.split('-')[1],
          organization_id: caller?.organizationId,
          key_id: caller?.apiKeyId,
          method,
          route,
          status,
          duration_ms: Math.round(duration),
          lane_wait_ms: laneWaitMs && Math.round(laneWaitMs),
          batch_size: batchSize,
        },
        'request',
      );
    });
    next();
  };
}

/** What the client was told; undefined when it has left before the answer. */
export function sentStatus({ headersSent, statusCode }: Response): number | undefined {
  return headersSent ? statusCode : undefined;
}

/** The pattern of the route and not its path: low in number, and free of what clients put into paths. */
export function routeOf(request: Request): string | undefined {
  const route = request.route as { path?: string } | undefined;
  return route?.path;
}
