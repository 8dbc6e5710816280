import { applyDecorators, type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import { ApiExtension, ApiSecurity } from '@nestjs/swagger';
import { ApiFailures } from '../http/api-failures.decorator';
import { InsufficientScope, InvalidApiKey, MissingApiKey } from './auth.errors';
import type { Scope } from './scopes';

/** The name of the API key in the OpenAPI document, which "Authorize" in the Swagger UI asks for. */
export const API_KEY_SECURITY = 'X-API-KEY';

const ACCESS = 'usher:access';

type Access = Scope | 'any_key' | 'public';

/** Enforces a scope and documents it. */
export function RequireScope(scope: Scope) {
  return applyDecorators(
    SetMetadata(ACCESS, scope),
    ApiSecurity(API_KEY_SECURITY),
    ApiExtension('x-required-scope', scope),
    ApiFailures(new MissingApiKey(), new InvalidApiKey(), new InsufficientScope(scope)),
  );
}

/** A valid key is enough, whatever its scopes. */
export function RequireAnyKey() {
  return applyDecorators(
    SetMetadata(ACCESS, 'any_key' satisfies Access),
    ApiSecurity(API_KEY_SECURITY),
    ApiFailures(new MissingApiKey(), new InvalidApiKey()),
  );
}

/** Answers without a key. */
export function Public() {
  return SetMetadata(ACCESS, 'public' satisfies Access);
}

/** What the handler asks for, or else its class: what a handler says goes before a class that is open to all. */
export function accessOf(reflector: Reflector, context: ExecutionContext): Access | undefined {
  return reflector.getAllAndOverride<Access>(ACCESS, [context.getHandler(), context.getClass()]);
}
