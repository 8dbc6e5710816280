import type { IncomingMessage } from 'node:http';
import type { NextFunction, Request, Response } from 'express';
import { newIdWithoutKind } from '../ids/ids';

const REQUEST_ID = Symbol('request id');

type IdentifiedRequest = Request & { [REQUEST_ID]?: string };

/** Names a request, and echoes its name. */
export function assignRequestId(request: Request, response: Response, next: NextFunction): void {
  const id = chooseRequestId(request);
  (request as IdentifiedRequest)[REQUEST_ID] = id;
  response.setHeader('X-Request-Id', id);
  next();
}

/** `X-Request-Id` of the client when it is a sane token, or else a new one. */
export function chooseRequestId({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[A-Za-z0-9._~:-]{1,128}$/.test(given) ? given : newRequestId();
}

export function newRequestId(): string {
  return newIdWithoutKind();
}

export function requestIdOf(request: Request): string {
  return (request as IdentifiedRequest)[REQUEST_ID] ?? '';
}
