import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { NestFactory } from '@nestjs/core';
import { Module } from '@nestjs/common';
import { ShapedExpressAdapter } from '../../../src/common/http/express-adapter';
import { shapeBoundFunctions } from '../../../src/common/http/bound-functions';

@Module({})
class EmptyModule {}

describe('a bound function', () => {
  const storage = new AsyncLocalStorage<string>();

  beforeEach(shapeBoundFunctions);

  it('runs in the context in which it was bound', () => {
    const bound = storage.run('then', () => AsyncResource.bind(() => storage.getStore()));
    const snapshot = storage.run('then', () => AsyncLocalStorage.snapshot());

    expect(storage.run('now', () => bound())).toBe('then');
    expect(storage.run('now', () => snapshot(() => storage.getStore()))).toBe('then');
  });

  it('takes the arguments, gives the result and throws the errors of its own', () => {
    const sum = AsyncResource.bind((...numbers: number[]) => numbers.reduce((a, b) => a + b, 0));
    const failing = AsyncResource.bind(() => {
      throw new Error('sold out');
    });

    expect(sum(1, 2, 3)).toBe(6);
    expect(failing).toThrow('sold out');
  });

  it('has the receiver of its call, or the one that it was bound to', () => {
    const name = function (this: unknown) {
      return (this as { name: string }).name;
    };

    expect(AsyncResource.bind(name).call({ name: 'of the call' })).toBe('of the call');
    expect(AsyncResource.bind(name, 'x', { name: 'bound' }).call({ name: 'of the call' })).toBe('bound');
  });

  it('has the length of its own, and no property besides', () => {
    const pair = AsyncResource.bind((a: number, b: number) => [a, b]);

    expect(pair).toHaveLength(2);
    expect(Object.keys(pair)).toEqual([]);
  });

  it('is made so as soon as there is an app', async () => {
    AsyncResource.prototype.bind = (fn) => Object.assign(fn, { asyncResource: 'as before' });
    const app = await NestFactory.create(EmptyModule, new ShapedExpressAdapter(), { logger: false });
    await app.close();

    expect(Object.keys(AsyncResource.bind(() => undefined))).toEqual([]);
  });
});
