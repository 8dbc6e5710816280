import { isIP } from 'node:net';

/*
 * What the text of an environment variable may be. Each function gives the value, or throws an error whose message goes
 * on after the variable's name.
 */

/** At most `quota` requests in `windowSeconds`. */
export interface RateLimit {
  quota: number;
  windowSeconds: number;
}

export function text(value: string): string {
  return value;
}

export function integer(least: number, most: number) {
  return (value: string): number => {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < least || number > most) {
      throw new Error(`must be a whole number from ${least} to ${most}`);
    }
    return number;
  };
}

export function boolean(value: string): boolean {
  if (!/^(true|false)$/i.test(value)) throw new Error('must be true or false');
  return value.toLowerCase() === 'true';
}

export function oneOf<const T extends string>(...allowed: T[]) {
  return (value: string): T => {
    const found = allowed.find((candidate) => candidate === value.toLowerCase());
    if (found === undefined) throw new Error(`must be one of ${allowed.join(', ')}`);
    return found;
  };
}

export function atLeast(length: number) {
  return (value: string): string => {
    if (value.length < length) throw new Error(`must have at least ${length} characters`);
    return value;
  };
}

export function url(...protocols: string[]) {
  return (value: string): string => {
    const parsed = URL.canParse(value) ? new URL(value) : undefined;
    if (!parsed || !protocols.includes(parsed.protocol)) {
      throw new Error(`must be a URL that begins with ${protocols.map((p) => `${p}//`).join(' or ')}`);
    }
    return value.replace(/\/+$/, '');
  };
}

export function mailbox(value: string): string {
  if (!/^([^<>\r\n]*<[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/.test(value)) {
    throw new Error('must look like tickets@example.org or Tickets <tickets@example.org>');
  }
  return value;
}

export function rateLimit(value: string): RateLimit | undefined {
  if (value.toLowerCase() === 'off') return undefined;
  const [, quota, length, unit] = /^([1-9]\d{0,8})\/([1-9]\d{0,3})(s|m|h)$/.exec(value) ?? [];
  const windowSeconds = Number(length) * (unit === 'h' ? 3_600 : unit === 'm' ? 60 : 1);
  if (!(windowSeconds <= 86_400)) {
    throw new Error('must be requests per time like 600/10s, in s, m or h and 24 hours at most, or off');
  }
  return { quota: Number(quota), windowSeconds };
}

export function trustedProxies(value: string): number | string[] {
  if (/^\d{1,2}$/.test(value)) return Number(value);
  const proxies = value.split(',').map((entry) => entry.trim());
  if (!proxies.every(isProxy)) {
    throw new Error(
      'must be a number of hops, or addresses and subnets like 10.0.0.0/8, loopback or uniquelocal, comma separated',
    );
  }
  return proxies;
}

function isProxy(entry: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(entry)) return true;
  const [address = '', length = '0', ...rest] = entry.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return rest.length === 0 && /^\d{1,3}$/.test(length) && Number(length) <= bits;
}
