import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ENVIRONMENT, type Environment } from './config/environment';
import { openDatabase } from './database/open-database';
import { databaseOptions } from './database/options';
import { PlannerStatistics } from './database/planner-statistics';
import { Transactions } from './database/transactions';
import { HealthController } from './http/health.controller';
import { Links } from './http/links';
import { IdempotencyStore } from './idempotency/idempotency.store';
import { IdempotencySweeper } from './idempotency/idempotency.sweeper';
import { RateLimiter } from './rate-limit/rate-limiter';

/** What every feature stands on. */
@Module({})
export class CommonModule {
  static register(environment: Environment): DynamicModule {
    const { databaseUrl, databasePoolSize, migrateOnStart, rateLimit } = environment;
    if (!databaseUrl) throw new Error('The embedded database must be started before the app');
    return {
      module: CommonModule,
      global: true,
      imports: [
        TypeOrmModule.forRootAsync({
          useFactory: () => ({
            ...databaseOptions({ url: databaseUrl, poolSize: databasePoolSize }),
            retryAttempts: 0,
          }),
          dataSourceFactory: (options) => openDatabase(options!, { migrate: migrateOnStart }),
        }),
      ],
      controllers: [HealthController],
      providers: [
        { provide: ENVIRONMENT, useValue: environment },
        Transactions,
        IdempotencyStore,
        IdempotencySweeper,
        PlannerStatistics,
        Links,
        ...(rateLimit ? [RateLimiter] : []),
      ],
      exports: [ENVIRONMENT, Transactions, IdempotencyStore, Links],
    };
  }
}
