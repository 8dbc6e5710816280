import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { Overloaded } from '../../../src/common/errors/request.errors';
import { until } from '../../support/until';
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

    it('take whatever comes, so that one is as large as it can be', async () => {
      const lanes = notebook.lanes({ lanes: 4 });
      const keys = ['a', 'b', 'c', 'a'];
      const answers = keys.map((key, value) => lanes.submit(command(value, { key })));
      expect(await outcomes(answers)).toEqual([0, 10, 20, 30]);
      expect(notebook.batches).toEqual([[0, 1, 2, 3]]);
    });
  });

  describe('while a batch is held up', () => {
    it('do beside it what contends for something else, whether it waited already or comes later', async () => {
      const lanes = notebook.lanes({ lanes: 2 });
      const letGo = await notebook.holdKey('a');
      const submit = (key: string, value: number) => lanes.submit(command(value, { key }));
      const held = [submit('a', 1)];
      await notebook.database.untilBlocked();
      const others = [submit('b', 2), submit('c', 3)];
      held.push(submit('a', 4));
      expect(await outcomes(others)).toEqual([20, 30]);
      expect(await submit('d', 5)).toBe(50);
      expect(notebook.batches).toEqual([[1], [2, 3], [5]]);
      await letGo();
      expect(await outcomes(held)).toEqual([10, 40]);
      expect(await notebook.notes()).toEqual([2, 3, 5, 1, 4]);
    });

    it('keep the order of each key, also of one whose first command went on elsewhere', async () => {
      const lanes = notebook.lanes({ lanes: 3 });
      const letGo = [await notebook.holdKey('a'), await notebook.holdKey('b')];
      const submit = (key: string, value: number) => lanes.submit(command(value, { key }));
      const held = [submit('a', 1)];
      await notebook.database.untilBlocked();
      held.push(submit('b', 2));
      await until(() => Promise.resolve(notebook.batches.length === 2), 'The other lane takes nothing');
      expect(await submit('c', 3)).toBe(30);
      held.push(submit('b', 4), submit('a', 5));
      expect(await submit('c', 6)).toBe(60);
      await Promise.all(letGo.map((release) => release()));
      expect(await outcomes(held)).toEqual([10, 20, 40, 50]);
      const notes = await notebook.notes();
      expect(notes.filter((value) => [1, 5].includes(value))).toEqual([1, 5]);
      expect(notes.filter((value) => [2, 4].includes(value))).toEqual([2, 4]);
    });

    it('wait when all lanes are', async () => {
      const lanes = notebook.lanes({ lanes: 1 });
      const letGo = await notebook.holdKey('a');
      const held = lanes.submit(command(1));
      await notebook.database.untilBlocked();
      const other = lanes.submit(command(2, { key: 'b' }));
      const winner = await Promise.race([other, sleep(300).then(() => 'nobody')]);
      await letGo();
      expect(winner).toBe('nobody');
      expect(await outcomes([held, other])).toEqual([10, 20]);
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
