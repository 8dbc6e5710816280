import type { NextFunction, Request, Response } from 'express';

/**
 * Answers of the API are for one organization. A shared cache knows that of those to `Authorization` (RFC 9111, 3.5), and
 * takes `X-API-KEY` for a header like any other.
 */
export function keepOutOfCaches({ path }: Request, response: Response, next: NextFunction): void {
  // Routes are matched in upper and lower case.
  if (/^\/api\//i.test(path)) response.setHeader('Cache-Control', 'no-store');
  next();
}
