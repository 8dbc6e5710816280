import { Turnstile } from '../../../src/common/database/turnstile';
import { LineHeldUp } from '../../../src/common/database/turnstile-group';
import { Overloaded, ServiceUnavailable } from '../../../src/common/errors/request.errors';
import { until } from '../../support/until';

const FOR_EVER = 60_000;

describe('A turnstile', () => {
  let log: string[];
  let ends: Map<string, (error?: Error) => void>;

  beforeEach(() => {
    log = [];
    ends = new Map();
  });

  /** Of a name like `a1` or `ax1` the first letter is the group, and another one its part. */
  const pass = (turnstile: Turnstile, name: string, options?: { unlessHeldUp: boolean }) => {
    const [, group, part] = /^(\w)([a-z])?/.exec(name)!;
    const work = () => {
      log.push(name);
      return new Promise<string>((resolve, reject) => {
        ends.set(name, (error) => (error ? reject(error) : resolve(name)));
      });
    };
    return turnstile.pass({ group: group!, part }, work, options);
  };
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const end = async (...names: string[]) => {
    for (const name of names) ends.get(name)!();
    await turn();
  };

  it('lets so many in for each group, and the next when one leaves, in their order', async () => {
    const turnstile = new Turnstile({ most: 2 });
    const passed = ['a1', 'a2', 'a3', 'b1', 'a4'].map((name) => pass(turnstile, name));
    await turn();
    expect(log).toEqual(['a1', 'a2', 'b1']);
    await end('a2');
    expect(log).toEqual(['a1', 'a2', 'b1', 'a3']);
    ends.get('a1')!(new Error('No'));
    await expect(passed[0]).rejects.toThrow('No');
    await turn();
    expect(log.at(-1)).toBe('a4');
    await end('a3', 'a4', 'b1');
    expect(await Promise.all(passed.slice(1))).toEqual(['a2', 'a3', 'b1', 'a4']);
    // Nobody is inside any more.
    const later = ['a5', 'a6'].map((name) => pass(turnstile, name));
    await turn();
    expect(log.slice(-2)).toEqual(['a5', 'a6']);
    await end('a5', 'a6');
    await Promise.all(later);
  });

  it('lets fewer in that share a part, and others pass by those who wait for it', async () => {
    const turnstile = new Turnstile({ most: 3, mostOfPart: 1 });
    const passed = ['ax1', 'ax2', 'ay1', 'a1', 'a2', 'ax3'].map((name) => pass(turnstile, name));
    await turn();
    expect(log).toEqual(['ax1', 'ay1', 'a1']);
    await end('ay1');
    expect(log.at(-1)).toBe('a2');
    await end('a1');
    expect(log.at(-1)).toBe('a2');
    await end('ax1');
    expect(log.at(-1)).toBe('ax2');
    await end('ax2', 'a2');
    await end('ax3');
    expect((await Promise.all(passed)).sort()).toEqual(['a1', 'a2', 'ax1', 'ax2', 'ax3', 'ay1']);
  });

  it('sends those away for whom the line is too slow, and does not wait for them', async () => {
    const turnstile = new Turnstile({ most: 1, patienceMs: 50 });
    const first = pass(turnstile, 'a1');
    await expect(pass(turnstile, 'a2')).rejects.toThrow(ServiceUnavailable);
    const third = pass(turnstile, 'a3');
    await end('a1');
    await first;
    await end('a3');
    expect(await third).toBe('a3');
    expect(log).toEqual(['a1', 'a3']);
  });

  it('refuses those at the end of a line that is too long, once it is held up and as long as it is', async () => {
    const turnstile = new Turnstile({ most: 2, mostOfPart: 1, heldUpMs: 500, mostInLine: 2 });
    const outcomes = new Map<string, unknown>();
    const come = (...names: string[]) => {
      for (const name of names)
        void pass(turnstile, name).then(
          () => outcomes.set(name, 'passed'),
          (error: unknown) => outcomes.set(name, error),
        );
      return turn();
    };
    await come('ax1', 'ax2', 'ax3', 'ax4');
    expect(outcomes.size).toBe(0);
    await until(() => outcomes.has('ax4'), 'The line is not cut short');
    await come('ax5');
    expect([...outcomes.keys()]).toEqual(['ax4', 'ax5']);
    expect([...outcomes.values()]).toEqual([expect.any(Overloaded), expect.any(Overloaded)]);

    // Whoever comes in after somebody who was too long inside may be held up as well; a quick one shows that it is over.
    await end('ax1');
    await come('ax6');
    await come('ax7');
    expect([...outcomes.keys()].slice(2)).toEqual(['ax1', 'ax7']);
    await end('ax2');
    await come('ax8', 'ax9');
    expect([...outcomes.keys()].slice(4)).toEqual(['ax2']);
    for (const name of ['ax3', 'ax6', 'ax8', 'ax9']) await end(name);
    expect(outcomes.size).toBe(9);
  });

  it('tells whoever wants to know that the line is held up, at once or when it comes to that', async () => {
    const turnstile = new Turnstile({ most: 1, heldUpMs: 50, patienceMs: FOR_EVER });
    const first = pass(turnstile, 'a1');
    const patient = pass(turnstile, 'a2');
    await expect(pass(turnstile, 'a3', { unlessHeldUp: true })).rejects.toThrow(LineHeldUp);
    let told = false;
    void pass(turnstile, 'a4', { unlessHeldUp: true }).catch(() => (told = true));
    await turn();
    expect(told).toBe(true);
    await end('a1');
    await end('a2');
    expect(await Promise.all([first, patient])).toEqual(['a1', 'a2']);
  });
});
