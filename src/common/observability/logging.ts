import type { IncomingMessage } from 'node:http';
import type { INestApplicationContext } from '@nestjs/common';
import type { Request } from 'express';
import { Logger, type Params } from 'nestjs-pino';
import type { Environment } from '../config/environment';
import { requestIdOf } from '../http/request-id';

/** Lines that are written while a request is worked on bear its id. The line of the request itself: `observe-requests.ts`. */
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
      serializers: { req: () => undefined },
      quietReqLogger: true,
      customAttributeKeys: { reqId: 'request_id' },
      autoLogging: false,
    },
  };
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
