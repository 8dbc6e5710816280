import { addIdKind, isId, newId } from '../../../src/common/ids/ids';

describe('Ids', () => {
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
