import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, RouterModule } from '@nestjs/core';
import { LoggerModule } from 'nestjs-pino';
import { ApiKeyGuard } from './common/auth/api-key.guard';
import { ScopeGuard } from './common/auth/scope.guard';
import { CommonModule } from './common/common.module';
import type { Environment } from './common/config/environment';
import { ErrorFilter } from './common/http/error.filter';
import { NoBodyInterceptor } from './common/http/no-body.interceptor';
import { RequestValidationPipe } from './common/http/validation.pipe';
import { IdempotencyInterceptor } from './common/idempotency/idempotency.interceptor';
import { loggingOptions } from './common/observability/logging';
import { DomainEventsModule } from './domain-events/domain-events.module';
import { FirstRunModule } from './first-run/first-run.module';
import { API_MODULES } from './modules';
import { NotificationsModule } from './notifications/notifications.module';
import { TicketsModule } from './tickets/tickets.module';

/** Base path of everything that clients program against. */
const API_PATH = 'api/v1';

@Module({})
export class AppModule {
  static register(environment: Environment): DynamicModule {
    return {
      module: AppModule,
      imports: [
        LoggerModule.forRoot(loggingOptions(environment)),
        CommonModule.register(environment),
        NotificationsModule.register(environment),
        DomainEventsModule,
        ...API_MODULES.map((module) => module.register?.(environment) ?? module),
        TicketsModule,
        FirstRunModule,
        RouterModule.register(API_MODULES.map((module) => ({ path: API_PATH, module }))),
      ],
      providers: [
        // In the order in which a request meets them.
        { provide: APP_GUARD, useClass: ApiKeyGuard },
        { provide: APP_GUARD, useClass: ScopeGuard },
        { provide: APP_INTERCEPTOR, useClass: NoBodyInterceptor },
        { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
        { provide: APP_PIPE, useClass: RequestValidationPipe },
        { provide: APP_FILTER, useClass: ErrorFilter },
      ],
    };
  }
}
