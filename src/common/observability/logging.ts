import type { INestApplicationContext } from '@nestjs/common';
import { Logger, type Params } from 'nestjs-pino';
import type { Environment } from '../config/environment';

/**
 * The logger of the process. nestjs-pino's logger for each request is left out: it costs a twelfth of a create attendee,
 * through the asynchronous context that it stands in, and the few lines about a request name its id themselves. The
 * line of the request itself: `observe-requests.ts`.
 */
export function loggingOptions({ logLevel, logFormat }: Environment): Params {
  const pretty = {
    target: 'pino-pretty',
    options: { ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss.l' },
  };
  return {
    pinoHttp: {
      level: logLevel,
      transport: logFormat === 'pretty' ? pretty : undefined,
    },
    forRoutes: [],
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
