import type { NextFunction, Request, Response } from 'express';
import { typeid } from 'typeid-js';

const REQUEST_ID = Symbol('request id');

type IdentifiedRequest = Request & { [REQUEST_ID]?: string };

/** Takes `X-Request-Id` from the client when it is a sane token, makes one otherwise, and echoes it. */
export function assignRequestId(request: Request, response: Response, next: NextFunction): void {
  const given = request.header('x-request-id');
  const id = given && /^[A-Za-z0-9._~:-]{1,128}$/.test(given) ? given : newRequestId();
  (request as IdentifiedRequest)[REQUEST_ID] = id;
  response.setHeader('X-Request-Id', id);
  next();
}

export function newRequestId(): string {
  return typeid().toString();
}

export function requestIdOf(request: Request): string {
  return (request as IdentifiedRequest)[REQUEST_ID] ?? '';
}
