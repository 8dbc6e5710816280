import type { NextFunction, Request, Response } from 'express';
import type { Authenticator } from '../auth/authenticator';
import { RateLimited } from '../errors/request.errors';
import { isProbe } from '../http/probes';
import { addressBlock } from './address-block';
import type { RateLimiter } from './rate-limiter';

/**
 * Counts every request before anything else is done for it: for its API key, or for its address when it shows no valid
 * key. That includes what never reaches a route, so it is no guard.
 *
 * An address pays for every key that is not known to be valid before the database is asked about it, and gets it back
 * when the key turns out to be valid: a flood of made-up keys ends here.
 */
export function limitRate(limiter: RateLimiter, authenticator: Authenticator) {
  return async (request: Request, response: Response, next: NextFunction): Promise<void> => {
    if (isProbe(request)) return next();
    const apiKey = request.header('x-api-key');
    const known = apiKey ? authenticator.recall(apiKey) : null;
    if (known) {
      await spend(limiter, response, 'api-key', known.apiKeyId);
      return next();
    }
    const address = addressBlock(request.ip ?? '');
    await spend(limiter, response, 'ip', address);
    const caller = apiKey ? await authenticator.authenticate(apiKey) : null;
    if (caller) {
      await limiter.giveBack(payer('ip', address));
      await spend(limiter, response, 'api-key', caller.apiKeyId);
    }
    next();
  };
}

/** Header fields as in draft-ietf-httpapi-ratelimit-headers-10, "RateLimit header fields for HTTP". */
async function spend(
  limiter: RateLimiter,
  response: Response,
  policy: Policy,
  subject: string,
): Promise<void> {
  const { allowed, remaining, resetSeconds } = await limiter.spend(payer(policy, subject));
  const { quota, windowSeconds } = limiter.limit;
  response.setHeader('RateLimit-Policy', `"${policy}";q=${quota};w=${windowSeconds}`);
  response.setHeader('RateLimit', `"${policy}";r=${remaining};t=${resetSeconds}`);
  if (!allowed) throw new RateLimited(resetSeconds);
}

type Policy = 'api-key' | 'ip';

function payer(policy: Policy, subject: string): string {
  return `${policy}:${subject}`;
}
