import { Turnstile } from '../../../src/common/database/turnstile';
import { ServiceUnavailable } from '../../../src/common/errors/request.errors';

describe('A turnstile', () => {
  let log: string[];
  let ends: Map<string, (error?: Error) => void>;

  beforeEach(() => {
    log = [];
    ends = new Map();
  });

  const pass = (turnstile: Turnstile, key: string, name: string) =>
    turnstile.pass(key, () => {
      log.push(name);
      return new Promise<string>((resolve, reject) => {
        ends.set(name, (error) => (error ? reject(error) : resolve(name)));
      });
    });
  const turn = () => new Promise((resolve) => setImmediate(resolve));

  it('lets so many in for each key, and the next when one leaves, in their order', async () => {
    const turnstile = new Turnstile(2);
    const passed = ['a1', 'a2', 'a3', 'b1', 'a4'].map((name) => pass(turnstile, name[0]!, name));
    await turn();
    expect(log).toEqual(['a1', 'a2', 'b1']);
    ends.get('a2')!();
    await turn();
    expect(log).toEqual(['a1', 'a2', 'b1', 'a3']);
    ends.get('a1')!(new Error('No'));
    await expect(passed[0]).rejects.toThrow('No');
    await turn();
    expect(log.at(-1)).toBe('a4');
    for (const name of ['a3', 'a4', 'b1']) ends.get(name)!();
    expect(await Promise.all(passed.slice(1))).toEqual(['a2', 'a3', 'b1', 'a4']);
    // Nobody is inside any more.
    void ['a5', 'a6'].map((name) => pass(turnstile, 'a', name));
    await turn();
    expect(log.slice(-2)).toEqual(['a5', 'a6']);
  });

  it('sends those away for whom the line is too slow, and does not wait for them', async () => {
    const turnstile = new Turnstile(1, 50);
    const first = pass(turnstile, 'a', 'first');
    await expect(pass(turnstile, 'a', 'second')).rejects.toThrow(ServiceUnavailable);
    const third = pass(turnstile, 'a', 'third');
    ends.get('first')!();
    await first;
    await turn();
    ends.get('third')!();
    expect(await third).toBe('third');
    expect(log).toEqual(['first', 'third']);
  });
});
