import { Command } from 'commander';
import type { NewOrganizationOptions } from './cli/actions/organizations';
import { addApiKeyCommands } from './cli/api-keys';
import { addImportCommand } from './cli/import-guests';
import { addMailCommands } from './cli/mail';
import { nonEmptyName } from './cli/name';
import { perform } from './cli/perform';

/** The command line tool. It works beside a running server, the embedded database included. */
const program = new Command('usher').description('Administers an Usher installation');

program
  .command('organizations')
  .description('Organizations')
  .command('create')
  .description('Create an organization and its first API key, which has every scope of an organization')
  .requiredOption('--name <name>', 'name of the organization', nonEmptyName)
  .option('--currency <code>', 'ISO 4217 code of its default currency', 'USD')
  .option('--json', 'print one line of JSON')
  .action((options: NewOrganizationOptions) =>
    perform(({ createOrganization }) => createOrganization(options)),
  );

addApiKeyCommands(program);

addImportCommand(program);

addMailCommands(program);

program
  .command('reconcile')
  .description('Recount seats from tickets and report counters that differ; exits with 1 when there are any')
  .action(() => perform(({ reconcile }) => reconcile()));

program
  .command('openapi')
  .description('Print the OpenAPI document')
  .action(() => perform(({ printOpenApi }) => printOpenApi()));

program.parseAsync().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
