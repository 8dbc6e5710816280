import { randomFillSync } from 'node:crypto';
import { fromUUIDBytes } from 'typeid-js';
import { v7 as newUuid } from 'uuid';

/**
 * The kinds of id that Usher hands out. An id is a TypeID (https://github.com/jetify-com/typeid): the type as a
 * prefix, then a UUIDv7 in Crockford base32, so ids of one kind sort by the time they were made.
 * They are stored as clients see them: what stands in a log or an e-mail can be pasted into psql.
 */
const PREFIXES = {
  organization: 'org',
  apiKey: 'key',
  event: 'evt',
  ticketClass: 'tcl',
  contact: 'con',
  attendee: 'tkt',
  payment: 'pay',
  outboxMessage: 'msg',
  statusChange: 'chg',
  webhookEndpoint: 'whk',
  webhookDelivery: 'dlv',
} as const;

export type IdKind = keyof typeof PREFIXES;

const forms = new Map(Object.entries(PREFIXES).map(([kind, prefix]) => [kind, formOf(prefix)]));

/**
 * Makes a kind of id known that a module of its own brings.
 *
 * @example
 * const REDEMPTION = addIdKind('redemption', 'rdm');
 * // newId(REDEMPTION), @IdParam(REDEMPTION)
 */
export function addIdKind(kind: string, prefix: string): IdKind {
  const taken = [...forms].some(([known, form]) => known === kind || form.prefix === prefix);
  if (taken) throw new Error(`There already are ids of kind ${kind} or with prefix ${prefix}`);
  forms.set(kind, formOf(prefix));
  // The type lists the kinds that Usher has; to the compiler those of other modules are like them.
  return kind as IdKind;
}

export function newId(kind: IdKind): string {
  return typeId(prefixOf(kind));
}

/** For what is not kept, like a request. */
export function newIdWithoutKind(): string {
  return typeId('');
}

export function prefixOf(kind: IdKind): string {
  return forms.get(kind)!.prefix;
}

/** True for a string that `newId(kind)` could have made. The first base32 digit carries only three of the 128 bits. */
export function isId(kind: IdKind, value: unknown): value is string {
  return typeof value === 'string' && forms.get(kind)!.pattern.test(value);
}

/** All different ids of one kind that stand in a text. */
export function idsIn(text: string, kind: IdKind): string[] {
  return [...new Set(text.match(new RegExp(patternOf(prefixOf(kind)), 'g')))];
}

/** Where a UUID is written before it becomes text. */
const uuid = new Uint8Array(16);

/** Those of one process sort as they were made, within a millisecond too (RFC 9562, section 6.2). */
function typeId(prefix: string): string {
  return fromUUIDBytes(prefix, newUuid(undefined, uuid));
}

function formOf(prefix: string) {
  return { prefix, pattern: new RegExp(`^${patternOf(prefix)}$`) };
}

function patternOf(prefix: string): string {
  return `${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}`;
}

const pool = Buffer.alloc(4_096);
let taken = pool.length;

/** Each byte is handed out once. Asking the system for each handful costs a twentieth of a create attendee. */
function randomBytes(count: number): Buffer {
  if (taken + count > pool.length) {
    randomFillSync(pool);
    taken = 0;
  }
  taken += count;
  return pool.subarray(taken - count, taken);
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** 100 random bits as 20 upper-case base32 digits: unguessable, easy to read aloud, and compact in a QR code. */
export function newBarcode(): string {
  let barcode = '';
  for (const byte of randomBytes(20)) barcode += CROCKFORD[byte & 31];
  return barcode;
}

/** An unguessable URL token with 192 random bits. */
export function newToken(): string {
  return randomBytes(24).toString('base64url');
}

/** True for a string that `newToken` could have made. */
export function isToken(value: string): boolean {
  return /^[\w-]{32}$/.test(value);
}
