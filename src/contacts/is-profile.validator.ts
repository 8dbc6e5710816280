import { ValidateBy } from 'class-validator';

/** No white space and no control characters, which URL parsers would silently drop. */
const WEB_URL = /^https?:\/\/[^\s\p{Cc}]+$/iu;

/** Without a colon, so that whoever makes a link of it cannot be given a `javascript:` one. */
const PROFILE_NAME = /^@?[\p{L}\p{N}._/-]+$/u;

function isWebUrl(value: unknown): boolean {
  return typeof value === 'string' && WEB_URL.test(value) && URL.canParse(value);
}

export function IsWebUrl(): PropertyDecorator {
  return ValidateBy({
    name: 'isWebUrl',
    validator: { validate: isWebUrl, defaultMessage: () => 'must be an http:// or https:// URL' },
  });
}

/** Where somebody is found on another site. */
export function IsProfile(): PropertyDecorator {
  return ValidateBy({
    name: 'isProfile',
    validator: {
      validate: (value) => isWebUrl(value) || (typeof value === 'string' && PROFILE_NAME.test(value)),
      defaultMessage: () => 'must be a profile name like @ada or an http:// or https:// URL',
    },
  });
}
