import { AsyncLocalStorage } from 'node:async_hooks';
import { TestEnvironment } from 'jest-environment-node';

const inUse = new Set<AsyncLocalStorage<unknown>>();

const storage = AsyncLocalStorage.prototype as {
  run(this: AsyncLocalStorage<unknown>, ...values: never): unknown;
};
const { run } = storage;
storage.run = function (...values) {
  inUse.add(this);
  return run.apply(this, values);
};

/**
 * Spec files have globals of their own; what is tested has those of the process. These they must share: the clock, which
 * tests set, the class of errors that they expect, and the variables that they set.
 */
export default class NodeEnvironment extends TestEnvironment {
  constructor(...args: ConstructorParameters<typeof TestEnvironment>) {
    super(...args);
    Object.assign(this.global, { Date, Error });
    this.global.process.env = process.env;
  }

  /**
   * Node 20 copies each storage that was ever used into every promise until it is disabled, and Jest makes one for each
   * spec file: with fifty of them, a sixth of the time of all tests.
   */
  override async teardown(): Promise<void> {
    for (const each of inUse) each.disable();
    inUse.clear();
    await super.teardown();
  }
}
