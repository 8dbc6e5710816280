import { getSchemaPath, type OpenAPIObject } from '@nestjs/swagger';
import { CommitOutcomeUnknown } from './common/database/transactions';
import type { DomainError } from './common/errors/domain-error';
import { statusOf } from './common/errors/error-response';
import {
  BodyTooLarge,
  InternalError,
  InvalidPagination,
  MalformedJson,
  Overloaded,
  RateLimited,
  ServiceUnavailable,
  UnsupportedMediaType,
} from './common/errors/request.errors';
import { ErrorDto } from './common/http/error.dto';
import { exampleOf, lineOf } from './common/http/failure-response';
import { addHeaders } from './openapi-headers';

/** What any operation can answer, what any that writes can, any with a body, and any list that comes in pages. */
const FAILURES = [new RateLimited(1), new InternalError(), new ServiceUnavailable(), new Overloaded()];
const WRITE_FAILURES = [new CommitOutcomeUnknown()];
const BODY_FAILURES = [new MalformedJson(), new BodyTooLarge(), new UnsupportedMediaType()];
const PAGE_FAILURES = [new InvalidPagination({ page: ['must not be less than 1'] })];

type PathItem = OpenAPIObject['paths'][string];
type Operation = NonNullable<PathItem['get']> & { 'x-required-scope'?: string };

interface Parameter {
  required?: boolean;
  description?: string;
  schema: { example?: string; [keyword: string]: unknown };
}

/** Adds to the operations of a path what they have in common with others. */
export function completeOperations({ get, post, patch, delete: remove }: PathItem): void {
  if (get) complete(get, isPaged(get) ? PAGE_FAILURES : []);
  for (const write of [post, patch]) {
    if (write) complete(write, [...BODY_FAILURES, ...WRITE_FAILURES]);
  }
  if (remove) complete(remove, WRITE_FAILURES);
  for (const operation of [get, post, patch, remove]) {
    if (operation) addHeaders(operation, { isPost: operation === post });
  }
}

export function operationsIn(paths: OpenAPIObject['paths']): Operation[] {
  return Object.values(paths).flatMap(({ get, post, patch, delete: remove }) =>
    [get, post, patch, remove].flatMap((operation) => operation ?? []),
  );
}

function complete(operation: Operation, failures: DomainError[]): void {
  const scope = operation['x-required-scope'];
  const access = scope ? `Needs the scope \`${scope}\`.` : 'Any key will do.';
  operation.description = [operation.description?.trim(), access].filter(Boolean).join('\n\n');
  for (const parameter of operation.parameters ?? []) describeExample(parameter as unknown as Parameter);
  for (const failure of [...failures, ...FAILURES]) addFailure(operation, failure);
}

/**
 * Swagger UI sends the example of an optional parameter unless it is cleared, so it moves into the description; where
 * there is a default or a choice, that is example enough.
 */
function describeExample(parameter: Parameter): void {
  const { required, description, schema } = parameter;
  const { example, ...rest } = schema;
  if (required || example === undefined) return;
  parameter.schema = rest;
  if ('default' in rest || 'enum' in rest) return;
  parameter.description = [description, `For example \`${example}\`.`].filter(Boolean).join(' ');
}

function isPaged({ parameters = [] }: Operation): boolean {
  return parameters.some((parameter) => 'name' in parameter && parameter.name === 'page');
}

function addFailure(operation: Operation, failure: DomainError): void {
  const status = String(statusOf(failure));
  const response = (operation.responses[status] ?? { description: '' }) as {
    description: string;
    content?: Record<string, { schema: object; examples?: Record<string, object> }>;
  };
  const json = response.content?.['application/json'] ?? { schema: { $ref: getSchemaPath(ErrorDto) } };
  if (json.examples?.[failure.code]) return;
  operation.responses[status] = {
    ...response,
    description: [response.description, lineOf(failure)].filter(Boolean).join('\n\n'),
    content: {
      'application/json': { ...json, examples: { ...json.examples, [failure.code]: exampleOf(failure) } },
    },
  };
}
