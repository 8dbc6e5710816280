import type { IncomingMessage, ServerResponse } from 'node:http';
import type { INestApplicationContext } from '@nestjs/common';
import type { Request } from 'express';
import { Logger, type Params } from 'nestjs-pino';
import { findCaller } from '../auth/caller';
import type { Environment } from '../config/environment';
import { requestIdOf } from '../http/request-id';

/** One line a request, in a fixed choice of fields: never a key, a body, an e-mail address or a query string. */
export function loggingOptions({ logLevel, logFormat }: Environment): Params {
  const pretty = {
    target: 'pino-pretty',
    options: { ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss.l' },
  };
  return {
    pinoHttp: {
      level: logLevel,
      transport: logFormat === 'pretty' ? pretty : undefined,
      genReqId: (request: IncomingMessage) => requestIdOf(request as Request),
      serializers: { req: () => undefined, res: () => undefined, err: () => undefined },
      quietReqLogger: true,
      customAttributeKeys: { reqId: 'request_id', responseTime: 'duration_ms' },
      customProps: (request: IncomingMessage, response: ServerResponse) =>
        response.headersSent ? requestProps(request as Request, response) : {},
      customLogLevel: (_request: IncomingMessage, response: ServerResponse) =>
        response.statusCode >= 500 ? 'error' : 'info',
      customSuccessMessage: () => 'request',
      customErrorMessage: () => 'request',
    },
  };
}

function requestProps(request: Request, response: ServerResponse) {
  const caller = findCaller(request);
  return {
    organization_id: caller?.organizationId,
    key_id: caller?.apiKeyId,
    method: request.method,
    route: routeOf(request),
    status: response.statusCode,
  };
}

/** The pattern of the route and not its path: low in number, and free of what clients put into paths. */
function routeOf(request: Request): string | undefined {
  const route = request.route as { path?: string } | undefined;
  return route?.path;
}

/** What Nest says of itself while it starts is for those who debug it. */
const STARTUP_CONTEXTS = [
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestFactory',
  'NestApplication',
];

/** Makes Nest log through pino, what it has kept until now included: when nothing starts, nothing of that is shown. */
export function useAppLogger(app: INestApplicationContext): Logger {
  const logger = app.get(Logger);
  const log = logger.log.bind(logger);
  logger.log = (message: unknown, ...rest: unknown[]) => {
    const aboutStartup = STARTUP_CONTEXTS.some((context) => context === rest.at(-1));
    if (aboutStartup) logger.debug(message, ...rest);
    else log(message, ...rest);
  };
  app.useLogger(logger);
  app.flushLogs();
  return logger;
}
