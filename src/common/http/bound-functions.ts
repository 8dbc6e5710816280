import { AsyncResource } from 'node:async_hooks';

type Callback = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Makes `AsyncResource.bind` leave out the deprecated property `asyncResource` (DEP0172), as is proposed for Node
 * itself (nodejs/node#58618). Its accessors cost each bound function two hidden classes, which V8 puts among what is old: from
 * there they keep alive whatever the function knows until the next full collection. Nest binds two functions for every
 * interceptor of a request, and what they know is the request.
 */
export function shapeBoundFunctions(): void {
  AsyncResource.prototype.bind = function <Func extends Callback>(
    this: AsyncResource,
    fn: Func,
    thisArg?: unknown,
  ) {
    return bind(this, fn, thisArg) as Func;
  };
}

function bind(resource: AsyncResource, fn: Callback, thisArg: unknown): Callback {
  const bound: Callback = function (...args) {
    return resource.runInAsyncScope(fn, thisArg === undefined ? this : thisArg, ...args);
  };
  // Node tells the length of the function that is bound. Nest's have none.
  if (fn.length > 0) Object.defineProperty(bound, 'length', { value: fn.length });
  return bound;
}
