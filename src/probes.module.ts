import { type DynamicModule, type INestApplicationContext, Module } from '@nestjs/common';
import { APP_FILTER, NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { LoggerModule } from 'nestjs-pino';
import { ENVIRONMENT } from './common/config/environment';
import { ErrorFilter } from './common/http/error.filter';
import { assignRequestId } from './common/http/request-id';
import { Health } from './common/observability/health';
import { HealthController } from './common/observability/health.controller';
import { loggingOptions } from './common/observability/logging';
import { Metrics } from './common/observability/metrics';
import { MetricsController } from './common/observability/metrics.controller';

/** What a worker answers by HTTP: whether it is well and how it does, and nothing of the API. */
@Module({ controllers: [HealthController, MetricsController] })
class ProbesModule {
  /** Tells of `worker`. */
  static register(worker: INestApplicationContext): DynamicModule {
    return {
      module: ProbesModule,
      imports: [LoggerModule.forRoot(loggingOptions(worker.get(ENVIRONMENT)))],
      providers: [
        ...[ENVIRONMENT, Health, Metrics].map((token) => ({ provide: token, useValue: worker.get(token) })),
        { provide: APP_FILTER, useClass: ErrorFilter },
      ],
    };
  }
}

export async function createProbes(worker: INestApplicationContext): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(ProbesModule.register(worker), {
    bodyParser: false,
    abortOnError: false,
  });
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(assignRequestId);
  return app.init();
}
