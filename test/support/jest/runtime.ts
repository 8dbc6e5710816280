import { createRequire, isBuiltin } from 'node:module';
import { join, sep } from 'node:path';
import Runtime from 'jest-runtime';

const BUILT = join(__dirname, '..', '..', '..');
/** Everything below is loaded by Jest, for each spec file anew. */
const TESTS = join(BUILT, 'test') + sep;

/**
 * Loads what is tested, and all packages, as a process of Usher does: by Node itself and once, which is once for each of
 * Jest's workers. Jest's own runtime compiles those 2,000 files for every spec file again, which took a third of the time
 * of all tests and says nothing about Usher. For this a module of `src/` cannot be mocked.
 */
export default class NodeRuntime extends Runtime {
  constructor(...args: ConstructorParameters<typeof Runtime>) {
    super(...args);
    const { watch, watchAll } = args[7];
    if (watch || watchAll) forget(join(BUILT, 'src'));
  }

  override requireModule<T>(...request: Parameters<Runtime['requireModule']>): T {
    const [from, name, options] = request;
    if (name && !options?.isInternalModule && !isBuiltin(name)) {
      const load = createRequire(from);
      const file = load.resolve(name);
      if (!file.startsWith(TESTS)) return load(file) as T;
    }
    return super.requireModule<T>(...request);
  }
}

/** What is built again while Jest watches is to be loaded again. */
function forget(folder: string): void {
  const { cache } = createRequire(__filename);
  for (const file of Object.keys(cache)) if (file.startsWith(folder + sep)) delete cache[file];
}
