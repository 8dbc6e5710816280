import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../..');

it('docs/threat-model.md names tests that there are', () => {
  const page = readFileSync(join(ROOT, 'docs/threat-model.md'), 'utf8');
  const named = page.match(/test\/[\w/.-]+\.spec\.ts/g) ?? [];
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
});
