import { inOrder } from '../src/bootstrap';

describe('The parts of a process', () => {
  it('are all stopped in order, even if one fails, and the failure is told', async () => {
    const stopped: string[] = [];
    const part = (name: string, failure?: Error) => ({
      close() {
        stopped.push(name);
        return failure ? Promise.reject(failure) : Promise.resolve();
      },
    });
    const parts = [part('server'), part('app', new Error('The app does not stop')), part('database')];

    await expect(inOrder(...parts).close()).rejects.toThrow('The app does not stop');
    expect(stopped).toEqual(['server', 'app', 'database']);
  });
});
