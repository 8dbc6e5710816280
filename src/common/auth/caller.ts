import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { Scope } from './scopes';

/** Who sent the request: an API key, which belongs to one organization. */
export interface Caller {
  apiKeyId: string;
  organizationId: string;
  scopes: readonly Scope[];
}

const CALLER = Symbol('caller');

type AuthenticatedRequest = Request & { [CALLER]?: Caller };

export function setCaller(request: Request, caller: Caller): void {
  (request as AuthenticatedRequest)[CALLER] = caller;
}

export function findCaller(request: Request): Caller | undefined {
  return (request as AuthenticatedRequest)[CALLER];
}

export function callerOf(request: Request): Caller {
  const caller = findCaller(request);
  if (!caller) throw new Error('The route is public and has no caller');
  return caller;
}

/** Injects the `Caller` into a handler. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext) =>
  callerOf(context.switchToHttp().getRequest<Request>()),
);
