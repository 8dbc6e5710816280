import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsEmail, MaxLength } from 'class-validator';
import { trimmedLowerCase } from './transforms';

/**
 * An e-mail address, trimmed and lower-cased. Quoted local parts are refused: they may hold line breaks and commas,
 * which have no place in a mail header, and nobody has such an address.
 */
export function IsEmailAddress(): PropertyDecorator {
  return applyDecorators(
    Transform(trimmedLowerCase),
    IsEmail({ blacklisted_chars: '"' }, { message: 'must be an email' }),
    MaxLength(254),
  );
}
