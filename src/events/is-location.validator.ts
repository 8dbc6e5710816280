import { ValidateBy } from 'class-validator';
import { isHttpsUrl } from '../common/http/is-https-url.decorator';

/** An address, or an `https://` URL: what begins like another URL is a mistake and no address. */
export function IsLocation(): PropertyDecorator {
  return ValidateBy({
    name: 'isLocation',
    validator: {
      validate: (value) => !/^[a-z][a-z\d+.-]*:\/\//i.test(String(value)) || isHttpsUrl(value),
      defaultMessage: () => 'must be an address or an https:// URL',
    },
  });
}
