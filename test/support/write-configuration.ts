import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configurationPage } from './configuration-table';

writeFileSync(join(process.cwd(), 'docs', 'configuration.md'), configurationPage());
