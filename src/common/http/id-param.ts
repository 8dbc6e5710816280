import { Param, type PipeTransform } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import { type IdKind, isId, prefixOf } from '../ids/ids';

/** An id that nothing has. */
const NOTHING = '';

/**
 * Injects an id out of the path. A malformed id becomes one that nothing has, so that it gets the very answer that an
 * unknown one gets, from whoever looks it up.
 *
 * @example get(@IdParam('event') eventId: string)
 */
export function IdParam(kind: IdKind, name: string = `${kind}Id`): ParameterDecorator {
  const pipe: PipeTransform<unknown, string> = {
    transform: (value) => (isId(kind, value) ? value : NOTHING),
  };
  return (target, property, index) => {
    Param(name, pipe)(target, property, index);
    const descriptor = Object.getOwnPropertyDescriptor(target, property!)!;
    const example = `${prefixOf(kind)}_01k5x9a3v8e6rr4c1m2n3p4q5s`;
    ApiParam({ name, schema: { type: 'string', example } })(target, property!, descriptor);
  };
}
