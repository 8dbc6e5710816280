import { Param, type PipeTransform } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import type { DomainError } from '../errors/domain-error';
import { ID_PREFIXES, type IdKind, isId } from '../ids/ids';

/**
 * Injects an id out of the path. A malformed id is answered like an unknown one, before anything is looked up.
 *
 * @example get(@IdParam('event', EventNotFound) eventId: string)
 */
export function IdParam(
  kind: IdKind,
  NotFound: new () => DomainError,
  name: string = `${kind}Id`,
): ParameterDecorator {
  const pipe: PipeTransform<unknown, string> = {
    transform(value) {
      if (!isId(kind, value)) throw new NotFound();
      return value;
    },
  };
  return (target, property, index) => {
    Param(name, pipe)(target, property, index);
    const descriptor = Object.getOwnPropertyDescriptor(target, property!)!;
    const example = `${ID_PREFIXES[kind]}_01k5x9a3v8e6rr4c1m2n3p4q5s`;
    ApiParam({ name, schema: { type: 'string' }, example })(target, property!, descriptor);
  };
}
