import { Injectable, type PipeTransform } from '@nestjs/common';
import { NoFieldsGiven } from '../errors/request.errors';

/**
 * Refuses a PATCH that would change nothing. Runs after the validation, so unknown fields are named first.
 *
 * @example update(@Body(AtLeastOneField) body: UpdateEventDto)
 */
@Injectable()
export class AtLeastOneField implements PipeTransform<object, object> {
  transform(body: object): object {
    if (Object.values(body).every((value) => value === undefined)) throw new NoFieldsGiven();
    return body;
  }
}
