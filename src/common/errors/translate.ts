import { HttpException } from '@nestjs/common';
import { isDatabaseBusy, isDatabaseUnreachable, isOutOfResources } from '../database/postgres-error';
import { DomainError } from './domain-error';
import {
  BadRequest,
  BodyTooLarge,
  InternalError,
  RouteNotFound,
  ServiceUnavailable,
  UnsupportedMediaType,
} from './request.errors';

/** Turns whatever was thrown into what a client may see. Anything unknown is an `InternalError`. */
export function translateError(thrown: unknown): DomainError {
  if (thrown instanceof DomainError) return thrown;
  if (isDatabaseBusy(thrown) || isDatabaseUnreachable(thrown) || isOutOfResources(thrown)) {
    return new ServiceUnavailable();
  }
  const status = statusGivenByFramework(thrown);
  if (status === 404) return new RouteNotFound();
  if (status === 413) return new BodyTooLarge();
  if (status === 415) return new UnsupportedMediaType();
  if (status !== undefined && status >= 400 && status < 500) return new BadRequest();
  return new InternalError();
}

/** Nest throws `HttpException`s, Express and its body parser throw `http-errors` with a `status`. */
function statusGivenByFramework(thrown: unknown): number | undefined {
  if (thrown instanceof HttpException) return thrown.getStatus();
  const status = (thrown as { status?: unknown } | null)?.status;
  return typeof status === 'number' ? status : undefined;
}
