import { setImmediate as nextTurn } from 'node:timers/promises';
import { Overloaded } from '../../../src/common/errors/request.errors';
import { command, Notebook, outcomes } from './notebook';

describe('Lanes', () => {
  let notebook: Notebook;

  beforeAll(async () => {
    notebook = await Notebook.open();
  });
  beforeEach(() => notebook.clear());
  afterAll(() => notebook.close());

  describe('batches', () => {
    it('run a lone command at once, and what arrives meanwhile together, in order', async () => {
      const lanes = notebook.lanes();
      const letGo = await notebook.holdKey('a');
      const first = lanes.submit(command(1));
      await notebook.database.untilBlocked();
      const others = [2, 3, 4, 5].map((value) => lanes.submit(command(value)));
      await letGo();
      expect(await outcomes([first, ...others])).toEqual([10, 20, 30, 40, 50]);
      expect(notebook.batches).toEqual([[1], [2, 3, 4, 5]]);
      expect(await notebook.notes()).toEqual([1, 2, 3, 4, 5]);
    });

    it('begin when they have the desired size, while every turn of the event loop brings a command', async () => {
      const lanes = notebook.lanes({ desiredBatch: 3 });
      const answers: Promise<number>[] = [];
      for (const value of [1, 2, 3, 4]) {
        const turn = nextTurn();
        answers.push(lanes.submit(command(value)));
        await turn;
      }
      expect(await outcomes(answers)).toEqual([10, 20, 30, 40]);
      expect(notebook.batches).toEqual([[1, 2, 3], [4]]);
    });

    it('begin with fewer when a turn brings no command', async () => {
      const lanes = notebook.lanes({ desiredBatch: 3 });
      expect(await lanes.submit(command(1))).toBe(10);
      expect(await lanes.submit(command(2))).toBe(20);
      expect(notebook.batches).toEqual([[1], [2]]);
    });

    it('have a greatest size', async () => {
      const lanes = notebook.lanes({ maxBatch: 3 });
      const letGo = await notebook.holdKey('a');
      const answers = [lanes.submit(command(1))];
      await notebook.database.untilBlocked();
      answers.push(...[2, 3, 4, 5, 6, 7, 8].map((value) => lanes.submit(command(value))));
      await letGo();
      await Promise.all(answers);
      expect(notebook.batches).toEqual([[1], [2, 3, 4], [5, 6, 7], [8]]);
    });

    it('are cut when the connection is there, so that what came meanwhile takes part', async () => {
      const lanes = notebook.lanes();
      expect(await outcomes([1, 2, 3].map((value) => lanes.submit(command(value))))).toEqual([10, 20, 30]);
      expect(notebook.batches).toEqual([[1, 2, 3]]);
    });

    it('are committed before they are answered', async () => {
      const lanes = notebook.lanes();
      await lanes.submit(command(1));
      expect(await notebook.notes()).toEqual([1]);
    });

    it('of one lane do not wait for another lane', async () => {
      const lanes = notebook.lanes({ lanes: 2 });
      const letGo = await notebook.holdKey('a');
      const answered: string[] = [];
      const submit = (key: string, value: number) =>
        lanes.submit(command(value, { key })).then(() => answered.push(key));
      const held = submit('a', 1);
      await notebook.database.untilBlocked();
      const keys = ['b', 'c', 'd', 'e', 'f', 'g', 'h'];
      const others = keys.map(submit);
      await Promise.any(others);
      const early = [...answered];
      await letGo();
      await Promise.all([held, ...others]);
      expect(early).not.toContain('a');
      expect(answered.sort()).toEqual(['a', ...keys]);
    });
  });

  it('take so many waiting commands and no more', async () => {
    const lanes = notebook.lanes({ maxWaiting: 2 });
    const letGo = await notebook.holdKey('a');
    const running = lanes.submit(command(1));
    await notebook.database.untilBlocked();
    const answers = outcomes([2, 3, 4].map((value) => lanes.submit(command(value))));
    await letGo();
    expect(await running).toBe(10);
    expect(await answers).toEqual([20, 30, expect.any(Overloaded)]);
    expect(await lanes.submit(command(5))).toBe(50);
  });

  it('answer all that they have taken before they are closed, and take no more', async () => {
    const lanes = notebook.lanes({ lanes: 2 });
    const letGo = await notebook.holdKey('a');
    const answers = [lanes.submit(command(1))];
    await notebook.database.untilBlocked();
    answers.push(...['a', 'b', 'c', 'd'].map((key, index) => lanes.submit(command(2 + index, { key }))));
    let closed = false;
    const closing = lanes.close().then(() => (closed = true));
    expect(await outcomes([lanes.submit(command(9))])).toEqual([expect.any(Overloaded)]);
    expect(closed).toBe(false);
    await letGo();
    expect(await outcomes(answers)).toEqual([10, 20, 30, 40, 50]);
    await closing;
    expect((await notebook.notes()).sort()).toEqual([1, 2, 3, 4, 5]);
  });
});
