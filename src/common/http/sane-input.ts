import type { NextFunction, Request, Response } from 'express';
import { isEmpty, joined } from '../errors/field-errors';
import { BadRequest, MalformedJson, UnsupportedMediaType, ValidationFailed } from '../errors/request.errors';
import { noteProblems } from './body-problems';
import { inputProblems } from './input-problems';

/** Routes that take another format than JSON and check it themselves, however Express lets them be written. */
const FILE_ROUTES = /\/attendees\/import\/?$/i;

/** Refuses what does not say for which host it is, as HTTP/1.1 has to (RFC 9112, 3.2). */
export function hostOnly({ httpVersion, headers }: Request, _: Response, next: NextFunction): void {
  next(httpVersion === '1.1' && headers.host === undefined ? new BadRequest() : undefined);
}

/** Refuses a body in another format instead of silently reading it as empty. */
export function jsonOnly(request: Request, _: Response, next: NextFunction): void {
  const hasBody =
    request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length']) > 0;
  next(
    hasBody && !request.is('json') && !FILE_ROUTES.test(request.path)
      ? new UnsupportedMediaType()
      : undefined,
  );
}

/** Stands behind the body parser and names its error while that still tells itself apart: Nest blurs it. */
export function nameMalformedJson(error: unknown, _: Request, __: Response, next: NextFunction): void {
  const malformed = (error as { type?: unknown } | null)?.type === 'entity.parse.failed';
  next(malformed ? new MalformedJson() : error);
}

/** Refuses what nothing may look deeper into. Bad text in a body is left to the validation, which tells all at once. */
export function storableOnly(request: Request, _: Response, next: NextFunction): void {
  const body: unknown = request.body;
  if (Array.isArray(body)) return next(new ValidationFailed({ body: ['must be a JSON object'] }));
  const { shape, text } = inputProblems(body);
  const query = inputProblems(request.query, 'query');
  const problems = [shape, query.shape, query.text];
  if (!problems.every(isEmpty)) return next(new ValidationFailed(joined(text, ...problems)));
  if (!isEmpty(text)) noteProblems(body as object, text);
  next();
}
