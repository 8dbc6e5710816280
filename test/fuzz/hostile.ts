import type { Random } from '../support/random';

/** Stands in generated JSON for a number that JavaScript cannot hold or would write in another way. */
const LITERAL = '\u{e000}';
const literal = (text: string): string => `${LITERAL}${text}${LITERAL}`;

const NESTED = Array.from({ length: 30 }).reduce<unknown>((inner) => ({ inner }), 1);

/** Text that has broken something, somewhere, before. None of it is a word that only a leak would show. */
export const HOSTILE_TEXT: readonly string[] = [
  '',
  ' ',
  '\t\r\n',
  '\u0000',
  'a\u0000b',
  '\ud800',
  'a\udfff\ud800b',
  '\ufeff',
  '\uffff',
  '\u202Eevil\u202C',
  'e\u0301'.repeat(100),
  'Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́',
  '👩‍👩‍👧‍👦'.repeat(40),
  'İıẞßΣς',
  'x'.repeat(255),
  'x'.repeat(10_000),
  '\u{1F600}'.repeat(3_000),
  `' OR 1=1 --`,
  `'; DROP TABLE attendees; --`,
  `") UNION ALL (TABLE api_keys)`,
  '$1',
  ':organizationId',
  '%',
  '_%\\',
  '%s%n%x',
  '${7*7}',
  '{{constructor.constructor("return 1")()}}',
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  'javascript:alert(1)',
  '&lt;b&gt;',
  `=cmd|'/C calc'!A0`,
  '+1+1',
  '@SUM(1)',
  'a\r\nBcc: victim@example.org\r\n\r\nhello',
  'ada@example.org\r\nBcc: victim@example.org',
  '"a\r\nb"@example.org',
  'ada@example.org,bob@example.org',
  '../../../../etc/passwd',
  'http://169.254.169.254/latest/meta-data',
  'https://example.org:99999/',
  'https://user:password@example.org/\u0007',
  '__proto__',
  'constructor',
  'toString',
  'null',
  'undefined',
  'true',
  'NaN',
  '1e1000',
  '-0',
  '0x10',
  '٣',
  '9999-12-31T23:59:59.999Z',
  '0000-01-01T00:00:00Z',
  '-000001-01-01T00:00:00Z',
  '2026-02-30T00:00:00Z',
  '2026-05-26T12:00:60Z',
  '2026-05-26T12:00:00+99:99',
  '2026-10-25T02:30:00',
  'P1D',
];

const HOSTILE_VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  0.1 + 0.2,
  2 ** 31,
  2 ** 53,
  -(2 ** 63),
  1e308,
  literal('1e400'),
  literal('-0'),
  literal('123456789012345678901234567890'),
  literal('0.00000000000000000000000000000001'),
  [],
  [[]],
  [null],
  {},
  { $gt: '' },
  { toString: 1 },
  { length: 10 },
  JSON.parse('{"__proto__":{"admin":true}}'),
  NESTED,
  Array.from({ length: 2_000 }, (_, index) => index),
];

/** Text that PostgreSQL cannot store, in otherwise harmless words: it passes every other check. */
const UNSTORABLE = ['a\u0000b', 'a\ud800b', '\udfffa'];

/** The caller's own: it may be spoilt further. */
export function hostileValue(random: Random): unknown {
  if (random.chance(0.15)) return random.pick(UNSTORABLE);
  return structuredClone(random.pick(random.chance(0.5) ? HOSTILE_VALUES : HOSTILE_TEXT));
}

export function hostileText(random: Random): string {
  const value = hostileValue(random);
  return typeof value === 'string' ? value : toJson(value);
}

/** Of undefined nothing. */
export function toJson(value: unknown): string {
  const text = (JSON.stringify(value) as string | undefined) ?? '';
  return text.replace(new RegExp(`"${LITERAL}([^"${LITERAL}]*)${LITERAL}"`, 'gu'), '$1');
}

/** Percent-encodes text; lone surrogates as the bytes that a careless encoder would make of them. */
export function percentEncoded(text: string): string {
  return Array.from(text, (character) => {
    if (character.isWellFormed()) return encodeURIComponent(character);
    const code = character.charCodeAt(0);
    const bytes = [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)];
    return bytes.map((byte) => `%${byte.toString(16)}`).join('');
  }).join('');
}
