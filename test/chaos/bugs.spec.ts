import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUGS, plant } from './bugs';

const BUILT = join(__dirname, '../..');

describe('A bug for the fault injection', () => {
  it.each(BUGS.map((bug) => [bug.name, bug] as const))('can still be planted: %s', async (_, bug) => {
    const folder = await mkdtemp(join(tmpdir(), 'usher-bug-'));
    try {
      await plant(bug, BUILT, folder);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
