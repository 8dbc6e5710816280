import { TypeID } from 'typeid-js';
import { addIdKind, isId, newBarcode, newId, newToken } from '../../../src/common/ids/ids';

describe('Ids', () => {
  it('are TypeIDs of version 7 UUIDs, which sort as they were made', () => {
    const before = Date.now();
    const ids = Array.from({ length: 20_000 }, () => newId('attendee'));
    expect(ids).toEqual([...new Set(ids)].sort());
    for (const id of ids) {
      const uuid = TypeID.fromString(id, 'tkt').toUUID();
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
    const madeAt = Number.parseInt(TypeID.fromString(ids[0]!).toUUID().replace('-', '').slice(0, 12), 16);
    // Later when the clock was ahead before, as in tests that travel in time: an order once begun is kept.
    expect(madeAt).toBeGreaterThanOrEqual(before);
  });

  it('of a kind that a module brings are made and told apart like all others', () => {
    const redemption = addIdKind('redemption', 'rdm');
    const id = newId(redemption);
    expect(id).toMatch(/^rdm_[0-7][0-9a-z]{25}$/);
    expect([isId(redemption, id), isId('contact', id), isId(redemption, newId('contact'))]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('have one prefix for each kind', () => {
    expect(() => addIdKind('contact', 'new')).toThrow('There already are ids of kind contact');
    expect(() => addIdKind('convention', 'con')).toThrow('or with prefix con');
  });
});

describe('Barcodes and tokens', () => {
  const THOUSANDS = 20_000;

  it('are never the same twice, and every character takes every value in every place', () => {
    const barcodes = Array.from({ length: THOUSANDS }, newBarcode);
    const tokens = Array.from({ length: THOUSANDS }, newToken);
    for (const [values, form, kinds] of [
      [barcodes, /^[0-9A-HJKMNP-TV-Z]{20}$/, 32],
      [tokens, /^[\w-]{32}$/, 64],
    ] as const) {
      expect(new Set(values).size).toBe(THOUSANDS);
      expect(values.filter((value) => !form.test(value))).toEqual([]);
      for (let place = 0; place < values[0]!.length; place++) {
        expect(new Set(values.map((value) => value[place])).size).toBe(kinds);
      }
    }
  });
});
