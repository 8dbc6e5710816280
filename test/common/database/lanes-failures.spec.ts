import fc from 'fast-check';
import type { PoolClient } from 'pg';
import type { EntityManager } from 'typeorm';
import type { Early } from '../../../src/common/database/lanes';
import { isDatabaseUnreachable } from '../../../src/common/database/postgres-error';
import { limitLocks } from '../../../src/common/database/statements';
import { CommitOutcomeUnknown, Overtaken, retryTransient } from '../../../src/common/database/transactions';
import { ServiceUnavailable } from '../../../src/common/errors/request.errors';
import { translateError } from '../../../src/common/errors/translate';
import { type Command, command, Notebook, outcomes } from './notebook';

describe('Failures in lanes', () => {
  let notebook: Notebook;

  beforeAll(async () => {
    notebook = await Notebook.open();
  });
  beforeEach(() => notebook.clear());
  afterAll(() => notebook.close());

  describe('a command that fails', () => {
    const FAILURE = 'SELECT 1 / 0';

    it('fails alone: its neighbours are done, once', async () => {
      const lanes = notebook.lanes();
      const values = [1, 2, 3, 4, 5, 6, 7];
      const answers = await outcomes(
        values.map((value) => lanes.submit(command(value, value === 5 ? { sql: FAILURE } : {}))),
      );
      expect(answers[4]).toMatchObject({ message: 'division by zero' });
      expect(answers.filter((answer) => typeof answer === 'number')).toEqual([10, 20, 30, 40, 60, 70]);
      expect(await notebook.notes()).toEqual([1, 2, 3, 4, 6, 7]);
    });

    it('fails alone, whichever and however many they are', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 20 }), async (failing) => {
          await notebook.database.query('TRUNCATE notes');
          const lanes = notebook.lanes();
          const answers = await outcomes(
            failing.map((fails, value) => lanes.submit(command(value, fails ? { sql: FAILURE } : {}))),
          );
          expect(answers.map((answer) => answer instanceof Error)).toEqual(failing);
          const good = failing.flatMap((fails, value) => (fails ? [] : [value]));
          expect(await notebook.notes()).toEqual(good);
        }),
        { numRuns: 20 },
      );
    });

    it('fails alone when it fails at COMMIT', async () => {
      await notebook.database.query(`
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$;
        CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON notes DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW WHEN (NEW.value = 2) EXECUTE FUNCTION refuse()`);
      try {
        const lanes = notebook.lanes();
        const answers = await outcomes([1, 2, 3].map((value) => lanes.submit(command(value))));
        expect(answers).toEqual([10, expect.objectContaining({ message: 'refused' }), 30]);
        expect(await notebook.notes()).toEqual([1, 3]);
      } finally {
        await notebook.database.query('DROP FUNCTION refuse CASCADE');
      }
    });

    it('fails alone when the work itself throws', async () => {
      const lanes = notebook.lanes({
        work: (manager, commands) => {
          if (commands.some(({ value }) => value === 2)) throw new TypeError('a bug');
          return notebook.work(manager, commands);
        },
      });
      const answers = await outcomes([1, 2, 3].map((value) => lanes.submit(command(value))));
      expect(answers).toEqual([10, new TypeError('a bug'), 30]);
    });
  });

  it('refuse only the key whose lock is held elsewhere', async () => {
    const lanes = notebook.lanes();
    const letGo = await notebook.holdKey('b');
    const keys = ['a', 'b', 'c', 'b', 'a'];
    const answers = await outcomes(keys.map((key, value) => lanes.submit(command(value, { key }))));
    await letGo();
    const unavailable = expect.any(ServiceUnavailable);
    expect(answers).toEqual([0, unavailable, 20, unavailable, 40]);
    expect((await notebook.notes()).sort()).toEqual([0, 2, 4]);
    expect(notebook.batches[0]).toEqual([0, 1, 2, 3, 4]);
    // What contends for the same key stays together and in order.
    expect(notebook.batches.slice(1)).toEqual([[0, 4], [1, 3], [2]]);
  });

  it('refuse those who have waited too long for a key whose lock is held elsewhere, instead of asking for it again', async () => {
    const lanes = notebook.lanes({ maxBatch: 2, patienceMs: 1_000 });
    const letGo = await notebook.holdKey('b');
    const waiting = Array.from({ length: 10 }, (_, value) => lanes.submit(command(value, { key: 'b' })));
    expect(await outcomes(waiting)).toEqual(Array(10).fill(expect.any(ServiceUnavailable)));
    expect(notebook.batches).toEqual([[0, 1]]);
    await letGo();
    expect(await lanes.submit(command(10, { key: 'b' }))).toBe(100);
    expect(await notebook.notes()).toEqual([10]);
  });

  it('look for those that wait for a lock that has nothing to do with keys, and refuse no others', async () => {
    const searches: boolean[] = [];
    const lanes = notebook.lanes({
      sharesLock: () => true,
      work: async (manager, commands, _, searching) => {
        searches.push(searching);
        if (searching) await limitLocks(manager, 100);
        return notebook.work(manager, commands);
      },
    });
    const letGo = await notebook.holdKey('h');
    const waiting = { sql: `SELECT FROM keys WHERE key = 'h' FOR UPDATE` };
    const values = [0, 1, 2, 3, 4, 5, 6, 7];
    const answers = await outcomes(
      values.map((value) => lanes.submit(command(value, value === 5 ? waiting : {}))),
    );
    await letGo();
    expect(answers[5]).toBeInstanceOf(ServiceUnavailable);
    expect(answers.filter((answer) => typeof answer === 'number')).toEqual([0, 10, 20, 30, 40, 60, 70]);
    expect(await notebook.notes()).toEqual([0, 1, 2, 3, 4, 6, 7]);
    expect(notebook.batches).toEqual([values, [0, 1, 2, 3], [4, 5, 6, 7], [4, 5], [4], [5], [6, 7]]);
    expect(searches).toEqual([false, ...Array<boolean>(6).fill(true)]);
    expect(await lanes.submit(command(8))).toBe(80);
    expect(searches.at(-1)).toBe(false);
  });

  it('do not look for them for ever: who is not reached in time is refused', async () => {
    const lanes = notebook.lanes({
      sharesLock: () => true,
      work: async (manager, commands) => {
        await limitLocks(manager, 100);
        return notebook.work(manager, commands);
      },
    });
    const letGo = await notebook.holdKey('a');
    const answers = await outcomes(Array.from({ length: 32 }, (_, value) => lanes.submit(command(value))));
    expect(answers).toEqual(Array(32).fill(expect.any(ServiceUnavailable)));
    // As many as there is time for; without an end there would be 63.
    expect(notebook.batches.length).toBeLessThan(25);
    await letGo();
    expect(await lanes.submit(command(32))).toBe(320);
  });

  describe('a command that is answered early', () => {
    const early = (value: number) => ({
      work: async (manager: EntityManager, commands: readonly Command[], answer: Early<Command, number>) => {
        const known = commands.find((one) => one.value === value);
        if (known) answer(known, 1_000);
        const others = commands.filter((one) => one !== known);
        await notebook.work(manager, others);
        return commands.map((one) => one.value * 10);
      },
    });

    it('does not wait for its neighbours', async () => {
      const lanes = notebook.lanes(early(1));
      const letGo = await notebook.holdKey('a');
      const [known, other] = [1, 2].map((value) => lanes.submit(command(value)));
      expect(await known).toBe(1_000);
      await notebook.database.untilBlocked();
      await letGo();
      expect(await other).toBe(20);
      expect(notebook.batches).toEqual([[2]]);
    });

    it('does not fail with them, and is not looked at again', async () => {
      const lanes = notebook.lanes(early(1));
      const failing = { sql: 'SELECT 1 / 0' };
      const answers = await outcomes(
        [1, 2, 3].map((value) => lanes.submit(command(value, value === 3 ? failing : {}))),
      );
      expect(answers).toEqual([1_000, 20, expect.objectContaining({ message: 'division by zero' })]);
      expect(notebook.batches).toEqual([[2, 3], [2], [3]]);
      expect(await notebook.notes()).toEqual([2]);
    });
  });

  describe('a transaction that lost against another', () => {
    const losing = (code: string, times: number) =>
      `DO $$ BEGIN IF nextval('attempts') <= ${times} THEN RAISE 'lost' USING ERRCODE = '${code}'; END IF; END $$`;

    beforeEach(() => notebook.database.query('CREATE SEQUENCE attempts'));
    afterEach(() => notebook.database.query('DROP SEQUENCE attempts'));

    it.each(['40001', '40P01'])('is run again as a whole (%s)', async (code) => {
      const lanes = notebook.lanes();
      const sql = losing(code, 2);
      const answers = await outcomes([lanes.submit(command(1)), lanes.submit(command(2, { sql }))]);
      expect(answers).toEqual([10, 20]);
      expect(notebook.batches).toEqual([
        [1, 2],
        [1, 2],
        [1, 2],
      ]);
      expect(await notebook.notes()).toEqual([1, 2]);
    });

    it('is not run again for ever', async () => {
      const lanes = notebook.lanes();
      const sql = losing('40001', 1_000);
      const answers = await outcomes([lanes.submit(command(1)), lanes.submit(command(2, { sql }))]);
      expect(answers).toEqual([10, new ServiceUnavailable()]);
      expect(notebook.batches.filter((batch) => batch.includes(2))).toHaveLength(6);
      expect(await notebook.notes()).toEqual([1]);
    });

    it('is refused in the end, so that whoever waits for it in a transaction does not run that again', async () => {
      let attempts = 0;
      const lanes = notebook.lanes({
        work: () => {
          attempts++;
          throw new Overtaken();
        },
      });
      const wait = () => lanes.submit(command(1));
      await expect(retryTransient(wait)).rejects.toThrow(new ServiceUnavailable());
      expect(attempts).toBe(3);
    });
  });

  it('tell every command of the batch that the disk is full, and run none of them again', async () => {
    const lanes = notebook.lanes();
    const fill = { sql: `DO $$ BEGIN RAISE EXCEPTION 'No space left' USING ERRCODE = 'disk_full'; END $$` };
    const answers = await outcomes(
      [1, 2, 3].map((value) => lanes.submit(command(value, value === 2 ? fill : {}))),
    );
    expect(answers.map((answer) => translateError(answer))).toEqual(Array(3).fill(new ServiceUnavailable()));
    expect(notebook.batches).toEqual([[1, 2, 3]]);
    expect(await lanes.submit(command(4))).toBe(40);
  });

  describe('when the connection breaks', () => {
    it('in a statement, every command of the batch is told, and none is run again', async () => {
      const lanes = notebook.lanes();
      const answers = outcomes([
        lanes.submit(command(1)),
        lanes.submit(command(2, { sql: 'SELECT pg_sleep(60)' })),
      ]);
      await notebook.untilSleeping();
      await notebook.terminate();
      expect((await answers).map(isDatabaseUnreachable)).toEqual([true, true]);
      expect(notebook.batches).toEqual([[1, 2]]);
      expect(await notebook.notes()).toEqual([]);
      expect(await lanes.submit(command(3))).toBe(30);
    });

    it('between two statements, every command of the batch is told, and none is run again', async () => {
      const lanes = notebook.lanes({
        work: async (manager, commands) => {
          const result = await notebook.work(manager, commands);
          if (result.includes(20)) {
            const client = (await manager.queryRunner!.connect()) as PoolClient;
            const ended = new Promise((resolve) => client.once('end', resolve));
            await notebook.terminate();
            await ended;
          }
          return result;
        },
      });
      const answers = await outcomes([1, 2].map((value) => lanes.submit(command(value))));
      // COMMIT was never sent, but that is more than the code can tell; to say that it is unknown is on the safe side.
      expect(answers).toEqual([expect.any(CommitOutcomeUnknown), expect.any(CommitOutcomeUnknown)]);
      expect(notebook.batches).toEqual([[1, 2]]);
      expect(await notebook.notes()).toEqual([]);
      expect(await lanes.submit(command(3))).toBe(30);
    });

    it('in COMMIT, the outcome is unknown, and nothing is run twice', async () => {
      await notebook.database.query(`
        CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(60); RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER dawdle AFTER INSERT ON notes DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW WHEN (NEW.value = 2) EXECUTE FUNCTION dawdle()`);
      try {
        const lanes = notebook.lanes();
        const answers = outcomes([1, 2, 3].map((value) => lanes.submit(command(value))));
        await notebook.untilSleeping();
        await notebook.terminate();
        const unknown = expect.any(CommitOutcomeUnknown);
        expect(await answers).toEqual([unknown, unknown, unknown]);
        expect(notebook.batches).toEqual([[1, 2, 3]]);
        expect(await lanes.submit(command(4))).toBe(40);
      } finally {
        await notebook.database.query('DROP FUNCTION dawdle CASCADE');
      }
    });

    it('before the batch has one, all that wait are told by one attempt, and later commands are done', async () => {
      const connect = jest.fn(() => notebook.connect());
      connect.mockRejectedValueOnce(new Error('connect ECONNREFUSED'));
      const lanes = notebook.lanes({ connect });
      const answers = await outcomes([1, 2, 3].map((value) => lanes.submit(command(value))));
      expect(answers).toEqual(Array(3).fill(new Error('connect ECONNREFUSED')));
      expect(connect).toHaveBeenCalledTimes(1);
      expect(notebook.batches).toEqual([]);
      expect(await lanes.submit(command(4))).toBe(40);
    });
  });
});
