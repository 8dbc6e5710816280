import { CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { InsufficientScope } from './auth.errors';
import { callerOf } from './caller';
import { accessOf } from './require-scope.decorator';
import { grants } from './scopes';

/** Fails closed: a route that declares neither a scope nor that it needs none answers nobody. */
@Injectable()
export class ScopeGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const access = accessOf(this.reflector, context);
    if (!access) throw new Error(`${context.getClass().name} has a route that declares no scope`);
    if (access === 'public' || access === 'any_key') return true;
    const { scopes } = callerOf(context.switchToHttp().getRequest<Request>());
    if (!grants(scopes, access)) throw new InsufficientScope(access);
    return true;
  }
}
