import { applyDecorators, HttpCode, type Type } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import { ValidationFailed } from '../errors/request.errors';
import { ApiFailures } from './api-failures.decorator';

/** Sets and documents the status and shape of a success, and the validation error that every operation can give. */
export function ApiAnswer(status: 200 | 201 | 202, type: Type) {
  return applyDecorators(
    HttpCode(status),
    ApiResponse({ status, type }),
    ApiFailures(new ValidationFailed({ 'contact.email': ['must be an email'] })),
  );
}
