import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import helmet, { type HelmetOptions } from 'helmet';
import { AppModule } from './app.module';
import { Authenticator } from './common/auth/authenticator';
import type { Environment } from './common/config/environment';
import { answerUnreadable } from './common/http/answer-unreadable';
import { ShapedExpressAdapter } from './common/http/express-adapter';
import { keepOutOfCaches } from './common/http/keep-out-of-caches';
import { assignRequestId } from './common/http/request-id';
import { hostOnly, jsonOnly, nameMalformedJson, storableOnly } from './common/http/sane-input';
import { useAppLogger } from './common/observability/logging';
import { Metrics } from './common/observability/metrics';
import { observeRequests } from './common/observability/observe-requests';
import { serveQueueConsole } from './common/queues/queue-console';
import { traceRequests, Tracing } from './common/observability/tracing';
import { limitRate } from './common/rate-limit/rate-limit.middleware';
import { RateLimiter } from './common/rate-limit/rate-limiter';
import { serveOpenApi } from './openapi';

const BODY_LIMIT = '256kb';

/** Helmet's, but that a page served over plain HTTP may load its own files: whether TLS ends before us is not ours to say. */
const SECURITY_HEADERS: HelmetOptions = {
  contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } },
};

/** The whole app, ready to listen: the same for the server and for the tests. When it fails, nothing of it is left open. */
export async function createApp(environment: Environment): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.register(environment),
    new ShapedExpressAdapter(),
    { bodyParser: false, bufferLogs: true, autoFlushLogs: false, abortOnError: false },
  );
  try {
    useAppLogger(app);
    await configureHttp(app, environment);
    return app;
  } catch (error) {
    await app.close();
    throw error;
  }
}

async function configureHttp(
  app: NestExpressApplication,
  { trustProxy, rateLimit, queueConsole, otlpEndpoint }: Environment,
): Promise<void> {
  app.disable('x-powered-by');
  app.disable('etag');
  if (trustProxy !== undefined) app.set('trust proxy', trustProxy);
  app.getHttpServer().on('clientError', answerUnreadable);
  app.use(observeRequests(app.get(Metrics)));
  app.use(assignRequestId);
  if (otlpEndpoint) app.use(traceRequests(app.get(Tracing)));
  app.use(helmet(SECURITY_HEADERS));
  app.use(keepOutOfCaches);
  if (rateLimit) {
    const limiter = app.get(RateLimiter);
    await limiter.connect();
    app.use(limitRate(limiter, app.get(Authenticator)));
  }
  app.use(hostOnly);
  if (queueConsole === 'on') serveQueueConsole(app);
  app.use(jsonOnly);
  app.useBodyParser('json', { limit: BODY_LIMIT });
  app.use(nameMalformedJson);
  app.use(storableOnly);
  serveOpenApi(app);
}
