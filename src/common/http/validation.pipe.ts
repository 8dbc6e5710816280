import {
  type ArgumentMetadata,
  Injectable,
  type ValidationError,
  ValidationPipe,
  type ValidationPipeOptions,
} from '@nestjs/common';
import { type FieldErrors, joined } from '../errors/field-errors';
import { InvalidPagination, ValidationFailed } from '../errors/request.errors';
import { notedProblems } from './body-problems';
import { PAGINATION_FIELDS } from './pagination.dto';
import { fieldErrorsOf, isWrongByItself, UNKNOWN_FIELD } from './validation-errors';

const OPTIONS: ValidationPipeOptions = {
  whitelist: true,
  forbidNonWhitelisted: true,
  transform: true,
  exceptionFactory: refusalOf,
};

/**
 * Checks bodies and queries against their DTO: unknown fields are refused, and every bad field is named at once. What is
 * wrong between two fields alone is left to the entity, which tells it with what the stored row forbids.
 */
@Injectable()
export class RequestValidationPipe extends ValidationPipe {
  private readonly strict = new ValidationPipe(OPTIONS);

  constructor() {
    super(OPTIONS);
  }

  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type !== 'body' && metadata.type !== 'query') return Promise.resolve(value);
    const noted = notedProblems(value);
    return noted ? this.refuse(value, metadata, noted) : super.transform(value ?? {}, metadata);
  }

  protected override async validate(
    object: object,
    options?: ValidationPipeOptions,
  ): Promise<ValidationError[]> {
    const errors = await super.validate(object, options);
    return errors.some(isWrongByItself) ? errors : [];
  }

  /** For problems that were found before. Some validators fail on text that is not well-formed. */
  private async refuse(value: unknown, metadata: ArgumentMetadata, noted: FieldErrors): Promise<never> {
    const found = await this.strict.transform(wellFormed(value), metadata).then(() => ({}), errorsToldBy);
    throw new ValidationFailed(joined(noted, found));
  }
}

function wellFormed(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, inner: unknown) =>
    typeof inner === 'string' ? inner.toWellFormed() : inner,
  );
}

function errorsToldBy(refusal: unknown): FieldErrors {
  if (refusal instanceof ValidationFailed) return refusal.fieldErrors;
  throw refusal;
}

function refusalOf(errors: ValidationError[]): ValidationFailed | InvalidPagination {
  const fields = fieldErrorsOf(errors);
  return errors.every(isOfPagination) ? new InvalidPagination(fields) : new ValidationFailed(fields);
}

/** Where there are no pages its name is unknown like any other. */
function isOfPagination({ property, constraints = {} }: ValidationError): boolean {
  return PAGINATION_FIELDS.includes(property) && !(UNKNOWN_FIELD in constraints);
}
