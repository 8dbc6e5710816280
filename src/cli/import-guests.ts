import { type Command, Option } from 'commander';
import { IMPORT_MODES } from '../attendees/guest-list/import-mode';
import type { ImportOptions } from './actions/import-guests';
import { COMMAND_LINE } from './command-line';
import { perform } from './perform';

export function addImportCommand(program: Command): void {
  program
    .command('attendees')
    .description('Attendees')
    .command('import')
    .description(
      'Import a guest list. Run the same command again to resume an import that was interrupted; ' +
        'within 24 hours no row is issued twice',
    )
    .argument('<file>', 'CSV file')
    .requiredOption('--organization <id>', 'id of the organization')
    .requiredOption('--event <id>', 'id of the event')
    .option('--ticket-class <id>', 'for rows that name no ticket class')
    .addOption(
      new Option('--mode <mode>', 'all rows or only the good ones').choices(IMPORT_MODES).default('all'),
    )
    .option('--dry-run', 'decide and report, and change nothing')
    .option('--send-email', 'one confirmation email for each row')
    .option('--key <key>', 'another key imports the same file anew', COMMAND_LINE)
    .action((file: string, options: ImportOptions) =>
      perform(({ importGuests }) => importGuests(file, options)),
    );
}
