import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configurationPage } from '../support/configuration-table';

it('docs/configuration.md says what the program reads', () => {
  const page = readFileSync(join(__dirname, '../../../docs/configuration.md'), 'utf8');
  expect(page).toBe(configurationPage());
});
