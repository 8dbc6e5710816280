import { gzipSync } from 'node:zlib';
import { hostileText, hostileValue, toJson } from './hostile';
import type { Random } from '../support/random';
import type { World } from './world';

type Container = Record<string, unknown> | unknown[];

/** Fields that no client may set, and names that JavaScript knows of itself. */
const FORBIDDEN = [
  'id',
  'organization_id',
  'organizationId',
  'tickets_sold',
  'quantity_sold',
  'token',
  'key_hash',
].concat(
  'created_at',
  'deleted',
  '',
  '__proto__',
  'constructor',
  'prototype',
  'hasOwnProperty',
  'a.b',
  '\u0000',
);

/** Spoils a valid body in one to three places. */
export function mutateBody(random: Random, world: World, body: object): object {
  const root = { body: structuredClone(body) as unknown };
  for (let times = random.integer(1, 3); times > 0; times--) {
    const [container, name] = random.pick(placesIn(root.body as Container, root, 'body'));
    spoil(random, world, container as Record<string, unknown>, name);
  }
  return root.body as object;
}

/** Every place within a value that holds something, its own included. */
function placesIn(value: unknown, container: Container, name: string): [Container, string][] {
  const inner = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  return [
    [container, name],
    ...inner.flatMap((key) => placesIn((value as Record<string, unknown>)[key], value as Container, key)),
  ];
}

function spoil(random: Random, world: World, container: Record<string, unknown>, name: string): void {
  const value = container[name];
  const ways: (() => void)[] = [
    () => set(container, name, hostileValue(random)),
    () => set(container, name, hostileValue(random)),
    () => delete container[name],
    () => set(container, name, [value]),
    () => set(container, name, { value }),
    () => set(container, random.pick(FORBIDDEN), hostileValue(random)),
    () => set(container, name, `${typeof value === 'string' ? value : toJson(value)}${hostileText(random)}`),
    () =>
      set(
        container,
        name,
        world.others(
          random,
          random.pick(['evt', 'tcl', 'con', 'tkt', 'pay', 'key', 'whk', 'dlv', 'barcode']),
        ),
      ),
  ];
  random.pick(ways)();
}

/** Defines the property, so that "__proto__" is one, as in parsed JSON. */
function set(container: object, name: string, value: unknown): void {
  Object.defineProperty(container, name, { value, enumerable: true, configurable: true, writable: true });
}

export interface Content {
  bytes: Buffer;
  headers: Record<string, string>;
}

/** Spoils a body as bytes, or what is said of it. */
export function mutateContent(random: Random, { bytes, headers }: Content): Content {
  const text = bytes.toString();
  const at = random.integer(0, bytes.length);
  const insert = (piece: Buffer): Buffer => Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
  const type = (value: string): Content => ({ bytes, headers: { ...headers, 'Content-Type': value } });
  const contents: (() => Content)[] = [
    () => ({ bytes: bytes.subarray(0, at), headers }),
    () => ({ bytes: insert(Buffer.from([random.integer(0, 255)])), headers }),
    () => ({ bytes: insert(Buffer.from([0xed, 0xa0, 0x80])), headers }),
    () => ({ bytes: Buffer.from(text.replace('{', '{"name":1,"status":2,')), headers }),
    () => ({ bytes: Buffer.from(`\ufeff${text}`), headers }),
    () => ({ bytes: Buffer.from(`[${text}]`), headers }),
    () => ({
      bytes: Buffer.from(random.pick(['null', '1', '"x"', '[]', '{}', '{', '', '\u0000', ' '])),
      headers,
    }),
    () => ({ bytes: Buffer.from('{"a":'.repeat(20_000)), headers }),
    () => ({ bytes: Buffer.concat([bytes, Buffer.alloc(300_000, ' ')]), headers }),
    () => ({ bytes: gzipSync(bytes), headers: { ...headers, 'Content-Encoding': 'gzip' } }),
    () => ({
      bytes,
      headers: { ...headers, 'Content-Encoding': random.pick(['gzip', 'br', 'x', 'identity']) },
    }),
    () =>
      type(
        random.pick(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', 'x/y; z', '']),
      ),
    () =>
      type(
        random.pick([
          'application/json; charset=utf-7',
          'application/json; charset=',
          'text/csv',
          'text/html',
        ]),
      ),
  ];
  return random.pick(contents)();
}
