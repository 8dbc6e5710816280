import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { notedProblems, noteProblems } from '../../common/http/body-problems';
import { Targets } from './targets';

/**
 * Looks where the `url` of a body leads. A guard, because name servers may be slow: it comes after the key and the scope
 * are known to be good, and before the transaction of the request takes a connection. The validation tells what it finds.
 */
@Injectable()
export class TargetGuard implements CanActivate {
  constructor(private readonly targets: Targets) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const body = (context.switchToHttp().getRequest<Request>().body ?? {}) as { url?: unknown };
    const { url } = body;
    if (typeof url !== 'string' || notedProblems(body)?.url) return true;
    const problem = await this.targets.problemOf(url);
    if (problem) noteProblems(body, { url: [problem] });
    return true;
  }
}
