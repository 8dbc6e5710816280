import { type ArgumentMetadata, Injectable, type ValidationError, ValidationPipe } from '@nestjs/common';
import { type FieldErrors, fieldPath } from '../errors/field-errors';
import { InvalidPagination, ValidationFailed } from '../errors/request.errors';
import { PAGINATION_FIELDS } from './pagination.dto';

/** Checks bodies and queries against their DTO: unknown fields are refused, and every bad field is named at once. */
@Injectable()
export class RequestValidationPipe extends ValidationPipe {
  constructor() {
    super({
      whitelist: true,
      forbidNonWhitelisted: true,
      transform: true,
      exceptionFactory: refusalOf,
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type !== 'body' && metadata.type !== 'query') return value;
    return super.transform(value ?? {}, metadata);
  }
}

const UNKNOWN_FIELD = 'whitelistValidation';

/** What is said of a field that the operation does not have. */
export const UNKNOWN = 'is not a known field';

function refusalOf(errors: ValidationError[]): ValidationFailed | InvalidPagination {
  const fields = fieldErrorsOf(errors);
  return errors.every(isOfPagination) ? new InvalidPagination(fields) : new ValidationFailed(fields);
}

/** Where there are no pages its name is unknown like any other. */
function isOfPagination({ property, constraints = {} }: ValidationError): boolean {
  return PAGINATION_FIELDS.includes(property) && !(UNKNOWN_FIELD in constraints);
}

/** Every bad field by its path, with what it must be. */
export function fieldErrorsOf(errors: ValidationError[], parent = ''): FieldErrors {
  const fields: FieldErrors = {};
  for (const { property, constraints, children } of errors) {
    const path = fieldPath(parent, property);
    if (constraints) {
      fields[path] = Object.entries(constraints).map(([rule, message]) =>
        rule === UNKNOWN_FIELD ? UNKNOWN : withoutProperty(message, property),
      );
    }
    if (children?.length) Object.assign(fields, fieldErrorsOf(children, path));
  }
  return fields;
}

/** class-validator begins its messages with the property, which stands in the key already. */
function withoutProperty(message: string, property: string): string {
  return message.startsWith(`${property} `) ? message.slice(property.length + 1) : message;
}
