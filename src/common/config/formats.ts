import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { domainToASCII } from 'node:url';

/** What the text of an environment variable may be, and the value that it stands for. */
export interface Format<T> {
  /** Goes on after "must be", for people. */
  readonly allowed: string;
  /** Null when the text is not allowed. */
  parse(text: string): T | null;
}

/** At most `quota` requests in `windowSeconds`. */
export interface RateLimit {
  quota: number;
  windowSeconds: number;
}

/** Who sends a mail. */
export interface Mailbox {
  /** Empty when there is none. */
  name: string;
  address: string;
}

const disjunction = new Intl.ListFormat('en-GB', { type: 'disjunction' });

export const text: Format<string> = { allowed: 'text', parse: (value) => value };

export const folder: Format<string> = { allowed: 'a path', parse: (value) => resolve(value) };

export function integer(least: number, most: number): Format<number> {
  return {
    allowed: `a whole number from ${least} to ${most}`,
    parse(value) {
      const number = Number(value);
      return /^\d+$/.test(value) && number >= least && number <= most ? number : null;
    },
  };
}

export function oneOf<const T extends string>(...choices: T[]): Format<T> {
  return {
    allowed: either(choices),
    parse: (value) => choices.find((choice) => choice === value.toLowerCase()) ?? null,
  };
}

const trueOrFalse = oneOf('true', 'false');

export const boolean: Format<boolean> = {
  allowed: trueOrFalse.allowed,
  parse(value) {
    const found = trueOrFalse.parse(value);
    return found && found === 'true';
  },
};

/** A secret that passes through HTTP headers and shells as it is. */
export function secret(length: number): Format<string> {
  return {
    allowed: `at least ${length} characters long, of A to Z, a to z, 0 to 9 and \`+/=._-\``,
    parse: (value) => (value.length >= length && /^[\w+/=.-]+$/.test(value) ? value : null),
  };
}

export function url(...protocols: string[]): Format<string> {
  return {
    allowed: `a URL that begins with ${either(protocols.map((protocol) => `${protocol}//`))}`,
    parse(value) {
      const allowed = URL.canParse(value) && protocols.includes(new URL(value).protocol);
      return allowed ? value.replace(/\/+$/, '') : null;
    },
  };
}

/** Of a server that is connected to. */
export function serverUrl(...protocols: string[]): Format<string> {
  return refine(url(...protocols), 'and names a host', (value) => new URL(value).hostname !== '');
}

/** Of what paths are appended to. */
export function baseUrl(...protocols: string[]): Format<string> {
  return refine(url(...protocols), 'and has no `?` or `#`', (value) => !/[?#]/.test(value));
}

/** A domain that is not ASCII is written as DNS has it. */
export const mailbox: Format<Mailbox> = {
  allowed: 'an address like `tickets@example.org` or `Tickets <tickets@example.org>`',
  parse(value) {
    const [, name = '', inBrackets = value] = /^([^<>\p{Cc}]*)<([^<>]*)>$/u.exec(value) ?? [];
    const [, local, domain = ''] = /^([^\s<>@,;:"()[\]\\]+)@([^\s<>@,;:"()[\]\\]+)$/.exec(inBrackets) ?? [];
    const host = domainToASCII(domain);
    return host ? { name: unquoted(name.trim()), address: `${local}@${host}` } : null;
  },
};

export const rateLimit: Format<RateLimit | undefined> = {
  allowed: 'requests per time like `600/10s`, in `s`, `m` or `h` and 24 hours at most, or `off`',
  parse(value) {
    if (value.toLowerCase() === 'off') return undefined;
    const [, quota, length, unit] = /^([1-9]\d{0,8})\/([1-9]\d{0,3})(s|m|h)$/.exec(value) ?? [];
    const windowSeconds = Number(length) * (unit === 'h' ? 3_600 : unit === 'm' ? 60 : 1);
    return windowSeconds <= 86_400 ? { quota: Number(quota), windowSeconds } : null;
  },
};

export const trustedProxies: Format<number | string[]> = {
  allowed:
    'a number of hops, or addresses and subnets like `10.0.0.0/8`, `loopback` or `uniquelocal`, comma separated',
  parse(value) {
    if (/^\d{1,2}$/.test(value)) return Number(value);
    const proxies = value.split(',').map((entry) => entry.trim());
    return proxies.every(isProxy) ? proxies : null;
  },
};

function refine(format: Format<string>, allowed: string, holds: (value: string) => boolean): Format<string> {
  return {
    allowed: `${format.allowed} ${allowed}`,
    parse(text) {
      const value = format.parse(text);
      return value !== null && holds(value) ? value : null;
    },
  };
}

/** RFC 5322, section 3.2.4. */
function unquoted(text: string): string {
  const [, quoted] = /^"((?:[^"\\]|\\.)*)"$/.exec(text) ?? [];
  return quoted?.replace(/\\(.)/g, '$1') ?? text;
}

function either(choices: string[]): string {
  return disjunction.format(choices.map((choice) => `\`${choice}\``));
}

function isProxy(entry: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(entry)) return true;
  const [address = '', length = '1', ...rest] = entry.split('/');
  const bits = { 4: 32, 6: 128 }[isIP(address)] ?? 0;
  return rest.length === 0 && /^[1-9]\d{0,2}$/.test(length) && Number(length) <= bits;
}
