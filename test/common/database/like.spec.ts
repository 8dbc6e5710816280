import { containing } from '../../../src/common/database/like';

describe('containing', () => {
  it('finds text anywhere', () => {
    expect(containing('concert')).toBe('%concert%');
  });

  it('takes wildcards literally', () => {
    expect(containing('50%_\\')).toBe('%50\\%\\_\\\\%');
  });
});
