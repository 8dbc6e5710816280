import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum';
import type { Request } from 'express';
import type { Observable } from 'rxjs';
import { refuse } from '../errors/request.errors';
import { UNKNOWN } from './validation-errors';

/**
 * Refuses every field that is sent to an operation without `@Body`, where no DTO says that it is unknown: whoever sends
 * one believes that it does something. After the guards, as those of a route may ask for another format.
 */
@Injectable()
export class NoBodyInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<Request>();
    if (request.is('json') && !readsBody(context)) {
      refuse(
        Object.fromEntries(Object.keys((request.body ?? {}) as object).map((field) => [field, [UNKNOWN]])),
      );
    }
    return next.handle();
  }
}

function readsBody(context: ExecutionContext): boolean {
  const parameters = Reflect.getMetadata(
    ROUTE_ARGS_METADATA,
    context.getClass(),
    context.getHandler().name,
  ) as object | undefined;
  return Object.keys(parameters ?? {}).some((parameter) => parameter.startsWith(`${RouteParamtypes.BODY}:`));
}
