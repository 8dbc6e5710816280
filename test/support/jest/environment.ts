import { TestEnvironment } from 'jest-environment-node';

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
}
