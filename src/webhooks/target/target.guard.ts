import { type CanActivate, createParamDecorator, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { Targets } from './targets';

const PROBLEM = Symbol('problem');

type TargetRequest = Request & { [PROBLEM]?: string };

/**
 * Looks where the `url` of a body leads. A guard, because name servers may be slow: it comes after the key and the scope
 * are known to be good, and before the transaction of the request takes a connection.
 */
@Injectable()
export class TargetGuard implements CanActivate {
  constructor(private readonly targets: Targets) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<TargetRequest>();
    const { url } = (request.body ?? {}) as { url?: unknown };
    if (typeof url === 'string') request[PROBLEM] = await this.targets.problemOf(url);
    return true;
  }
}

/** Injects what is wrong with the `url` of the body; undefined when nothing is. */
export const UrlProblem = createParamDecorator(
  (_: unknown, context: ExecutionContext): string | undefined =>
    context.switchToHttp().getRequest<TargetRequest>()[PROBLEM],
);
