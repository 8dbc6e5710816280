import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the repository is, seen from the compiled tests. */
export const REPOSITORY = join(__dirname, '../../..');

export function readFromRepository(name: string): string {
  return readFileSync(join(REPOSITORY, name), 'utf8');
}
