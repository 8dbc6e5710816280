import { ValidateBy } from 'class-validator';

/** White space and control characters are refused, which URL parsers would silently drop. */
export function isHttpsUrl(value: unknown): value is string {
  return typeof value === 'string' && /^https:\/\/[^\s\p{Cc}]+$/iu.test(value) && URL.canParse(value);
}

export function IsHttpsUrl(): PropertyDecorator {
  return ValidateBy({
    name: 'isHttpsUrl',
    validator: { validate: isHttpsUrl, defaultMessage: () => 'must be an https:// URL' },
  });
}
