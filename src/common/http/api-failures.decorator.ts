import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import type { DomainError } from '../errors/domain-error';
import { statusOf } from '../errors/error-response';
import { ErrorDto } from './error.dto';
import { exampleOf, lineOf } from './failure-response';
import { headerRef } from './response-headers';

/**
 * Documents the refusals of an operation, each by an example of itself. May be used several times on a handler:
 * the refusals of one status share a response with one named example per code.
 */
export function ApiFailures(...failures: DomainError[]): MethodDecorator {
  const statuses = [...new Set(failures.map(statusOf))];
  return applyDecorators(
    ...statuses.map((status) =>
      describe(
        status,
        failures.filter((failure) => statusOf(failure) === status),
      ),
    ),
  );
}

/** What is described already stays beside it. */
function describe(status: number, failures: DomainError[]): MethodDecorator {
  return ApiResponse({
    status,
    type: ErrorDto,
    description: failures.map(lineOf).join('\n\n'),
    examples: Object.fromEntries(failures.map((failure) => [failure.code, exampleOf(failure)])),
    ...(failures.some(({ isTemporary }) => isTemporary) && {
      headers: { 'Retry-After': headerRef('Retry-After-If-Temporary') },
    }),
  });
}
