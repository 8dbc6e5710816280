import { applyDecorators } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { ApiFailures } from '../http/api-failures.decorator';
import {
  AnswerErased,
  IdempotencyKeyInvalid,
  IdempotencyKeyReused,
  IdempotentRequestInProgress,
} from './idempotency.errors';

/** Documents what the idempotency interceptor does for every POST. */
export function ApiIdempotent() {
  return applyDecorators(
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description:
        'Makes a retry safe: within 24 hours the same request with the same key gets the first answer again, byte ' +
        'for byte, with `Idempotent-Replay: true`, and nothing is executed twice. 1 to 255 printable ASCII ' +
        'characters, such as `order-4711`; keys are scoped to the API key. They are kept for 24 hours, so keep personal ' +
        'data out of them.',
      schema: { type: 'string', minLength: 1, maxLength: 255 },
    }),
    ApiFailures(
      new IdempotencyKeyInvalid(),
      new IdempotencyKeyReused(),
      new IdempotentRequestInProgress(),
      new AnswerErased(),
    ),
  );
}
