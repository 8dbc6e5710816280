import { ApiResponse } from '@nestjs/swagger';
import type { DomainError } from '../errors/domain-error';
import { statusOf } from '../errors/error-response';
import { ErrorDto } from './error.dto';
import { exampleOf, lineOf } from './failure-response';

const FAILURES = 'usher:failures';

/**
 * Documents the refusals of an operation, each by an example of itself. May be used several times on a handler:
 * the refusals of one status share a response with one named example per code.
 */
export function ApiFailures(...examples: DomainError[]): MethodDecorator {
  return (target, property, descriptor: PropertyDescriptor) => {
    const handler = descriptor.value as object;
    const failures = [
      ...((Reflect.getMetadata(FAILURES, handler) as DomainError[] | undefined) ?? []),
      ...examples,
    ];
    Reflect.defineMetadata(FAILURES, failures, handler);
    for (const status of new Set(examples.map(statusOf))) {
      describe(
        status,
        failures.filter((failure) => statusOf(failure) === status),
      )(target, property, descriptor);
    }
  };
}

function describe(status: number, failures: DomainError[]): MethodDecorator {
  return ApiResponse({
    status,
    type: ErrorDto,
    description: failures.map(lineOf).join('\n\n'),
    examples: Object.fromEntries(failures.map((failure) => [failure.code, exampleOf(failure)])),
  });
}
