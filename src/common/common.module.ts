import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ENVIRONMENT, type Environment } from './config/environment';
import { DatabaseMetrics } from './database/database-metrics';
import { openDatabase } from './database/open-database';
import { databaseOptions } from './database/options';
import { PlannerStatistics } from './database/planner-statistics';
import { Transactions } from './database/transactions';
import { Links } from './http/links';
import { IdempotencyMetrics } from './idempotency/idempotency-metrics';
import { IdempotencyStore } from './idempotency/idempotency.store';
import { IdempotencySweeper } from './idempotency/idempotency.sweeper';
import { WriteEntrances } from './idempotency/write-entrances';
import { Health } from './observability/health';
import { HealthController } from './observability/health.controller';
import { loadTracing } from './observability/load-tracing';
import { Metrics } from './observability/metrics';
import { MetricsController } from './observability/metrics.controller';
import { Tracing } from './observability/tracing';
import { JobQueues } from './queues/job-queues';
import { RateLimiter } from './rate-limit/rate-limiter';

/** What every feature stands on. */
@Module({})
export class CommonModule {
  static register(environment: Environment): DynamicModule {
    const { databaseUrl, databasePoolSize, databasePreparedStatements, migrateOnStart, rateLimit } =
      environment;
    if (!databaseUrl) throw new Error('The embedded database must be started before the app');
    return {
      module: CommonModule,
      global: true,
      imports: [
        TypeOrmModule.forRootAsync({
          useFactory: () => ({
            ...databaseOptions({
              url: databaseUrl,
              poolSize: databasePoolSize,
              preparedStatements: databasePreparedStatements === 'on',
            }),
            retryAttempts: 0,
          }),
          dataSourceFactory: (options) => openDatabase(options!, { migrate: migrateOnStart }),
        }),
      ],
      controllers: [HealthController, MetricsController],
      providers: [
        { provide: ENVIRONMENT, useValue: environment },
        Transactions,
        IdempotencyStore,
        IdempotencySweeper,
        IdempotencyMetrics,
        WriteEntrances,
        PlannerStatistics,
        Metrics,
        { provide: Tracing, useValue: loadTracing(environment) },
        DatabaseMetrics,
        JobQueues,
        Health,
        Links,
        ...(rateLimit ? [RateLimiter] : []),
      ],
      exports: [
        ENVIRONMENT,
        Transactions,
        IdempotencyStore,
        IdempotencyMetrics,
        WriteEntrances,
        Links,
        Metrics,
        JobQueues,
        Health,
        Tracing,
      ],
    };
  }
}
