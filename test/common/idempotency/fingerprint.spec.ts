import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { fingerprint } from '../../../src/common/idempotency/fingerprint';

const request = { method: 'POST', url: '/api/v1/events?a=1&b=2', body: { name: 'Concert', tags: [1, 2] } };

const of = (changes: Partial<typeof request> | { body: unknown }) => fingerprint({ ...request, ...changes });

/** The same JSON with the fields of every object in another order. */
function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, inner]) => [name, shuffled(inner)]),
  );
}

describe('fingerprint', () => {
  it('is a SHA-256 in hex', () => {
    expect(of({})).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    ['the order of fields', { body: { tags: [1, 2], name: 'Concert' } }],
    ['the order of query parameters', { url: '/api/v1/events?b=2&a=1' }],
    ['how the query is encoded', { url: '/api/v1/events?%61=1&b=%32' }],
  ])('does not depend on %s', (_, changes) => {
    expect(of(changes)).toBe(of({}));
  });

  it.each([
    ['the method', { method: 'PATCH' }],
    ['the path', { url: '/api/v1/contacts?a=1&b=2' }],
    ['a query parameter', { url: '/api/v1/events?a=1&b=3' }],
    ['a missing query', { url: '/api/v1/events' }],
    ['the order of one query parameter’s values', { url: '/api/v1/events?a=1&b=2&a=2' }],
    ['what follows a second question mark', { url: '/api/v1/events?a=1&b=2?c' }],
    ['a field', { body: { name: 'Gala', tags: [1, 2] } }],
    ['an additional field', { body: { ...request.body, hidden: false } }],
    ['a field that is null', { body: { ...request.body, hidden: null } }],
    ['the order of a list', { body: { name: 'Concert', tags: [2, 1] } }],
    ['a type', { body: { name: 'Concert', tags: ['1', '2'] } }],
    ['a field named __proto__', { body: JSON.parse('{"name":"Concert","tags":[1,2],"__proto__":{}}') }],
    ['no body', { body: undefined }],
  ])('depends on %s', (_, changes) => {
    expect(of(changes)).not.toBe(of({}));
  });

  it('keeps path, query and body apart', () => {
    expect(of({ url: '/a?b', body: undefined })).not.toBe(of({ url: '/a', body: 'b' }));
    expect(of({ url: '/a?b=%0Ac', body: undefined })).not.toBe(of({ url: '/a?b=', body: 'c' }));
  });

  it('is the same for equal JSON, however the fields are ordered', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (body) => {
        const text = JSON.stringify(body);
        expect(of({ body: shuffled(JSON.parse(text)) })).toBe(of({ body: JSON.parse(text) }));
      }),
    );
  });

  it('is the same for one query, however its parameters are ordered and encoded', () => {
    const parameters = fc.uniqueArray(fc.tuple(fc.string(), fc.string()), { selector: ([name]) => name });
    const encoded = (text: string) =>
      [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
    fc.assert(
      fc.property(parameters, fc.string(), (pairs, secret) => {
        const url = `/x?${new URLSearchParams(pairs).toString()}`;
        const other = pairs.toReversed().map(([name, value]) => `${encoded(name)}=${encoded(value)}`);
        expect(of({ url: `/x?${other.join('&')}` })).toBe(of({ url }));
        expect(of({ url: `/x?${[...other, `new=${encoded(secret)}`].join('&')}` })).not.toBe(of({ url }));
      }),
    );
  });

  it('is another for other JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        const [a, b] = [one, other].map((value) => JSON.parse(JSON.stringify(value)) as unknown);
        fc.pre(!isDeepStrictEqual(a, b));
        expect(of({ body: a })).not.toBe(of({ body: b }));
      }),
    );
  });
});
