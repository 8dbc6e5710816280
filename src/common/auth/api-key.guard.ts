import { CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { InvalidApiKey, MissingApiKey } from './auth.errors';
import { Authenticator } from './authenticator';
import { setCaller } from './caller';
import { accessOf } from './require-scope.decorator';

/** Every route but the public ones asks for a valid key in `X-API-KEY`. */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: Authenticator,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (accessOf(this.reflector, context) === 'public') return true;
    const request = context.switchToHttp().getRequest<Request>();
    const apiKey = request.header('x-api-key');
    if (!apiKey) throw new MissingApiKey();
    const caller = await this.authenticator.authenticate(apiKey);
    if (!caller) throw new InvalidApiKey();
    setCaller(request, caller);
    return true;
  }
}
