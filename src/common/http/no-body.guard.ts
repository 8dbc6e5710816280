import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum';
import type { Request } from 'express';
import { refuse } from '../errors/request.errors';
import { UNKNOWN } from './validation.pipe';

type Handler = ReturnType<ExecutionContext['getHandler']>;

/**
 * Refuses every field that is sent to an operation without `@Body`, where no DTO says that it is unknown: whoever sends
 * one believes that it does something.
 */
@Injectable()
export class NoBodyGuard implements CanActivate {
  private readonly reading = new Map<Handler, boolean>();

  canActivate(context: ExecutionContext): boolean {
    if (this.readsBody(context)) return true;
    const request = context.switchToHttp().getRequest<Request>();
    if (request.is('json')) {
      const fields = Object.keys((request.body ?? {}) as object);
      refuse(Object.fromEntries(fields.map((field) => [field, [UNKNOWN]])));
    }
    return true;
  }

  private readsBody(context: ExecutionContext): boolean {
    const handler = context.getHandler();
    let reads = this.reading.get(handler);
    if (reads === undefined) {
      reads = hasBody(context.getClass(), handler);
      this.reading.set(handler, reads);
    }
    return reads;
  }
}

function hasBody(controller: ReturnType<ExecutionContext['getClass']>, { name }: Handler): boolean {
  const parameters = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name) as object | undefined;
  return Object.keys(parameters ?? {}).some((parameter) => parameter.startsWith(`${RouteParamtypes.BODY}:`));
}
