import { type Command, InvalidArgumentError } from 'commander';
import { instantOf } from '../common/time/date-time';
import type { KeyOptions, NewKeyOptions } from './actions/api-keys';
import { nonEmptyName } from './name';
import { perform } from './perform';

export function addApiKeyCommands(program: Command): void {
  const apiKeys = program.command('api-keys').description('API keys');

  apiKeys
    .command('create')
    .description('Create an API key')
    .requiredOption('--organization <id>', 'id of the organization')
    .requiredOption('--name <name>', 'what the key is for', nonEmptyName)
    .requiredOption('--scopes <scopes>', 'comma separated, or "all": those of an organization')
    .option('--expires-at <time>', 'ISO 8601 time with an offset (default: never)', futureInstant)
    .option('--json', 'print one line of JSON')
    .action((options: NewKeyOptions) => perform(({ createApiKey }) => createApiKey(options)));

  apiKeys
    .command('list')
    .description('Print the API keys of an organization, one JSON line each, newest first')
    .requiredOption('--organization <id>', 'id of the organization')
    .action((options: KeyOptions) => perform(({ listApiKeys }) => listApiKeys(options)));

  apiKeys
    .command('revoke')
    .description('Revoke an API key; running servers refuse it within three seconds')
    .argument('<id>', 'id of the key')
    .requiredOption('--organization <id>', 'id of the organization')
    .action((id: string, options: KeyOptions) => perform(({ revokeApiKey }) => revokeApiKey(id, options)));
}

function futureInstant(text: string): Date {
  const instant = instantOf(text);
  if (!instant || instant <= new Date()) {
    throw new InvalidArgumentError('Must be a time in the future like 2030-01-01T00:00:00Z.');
  }
  return instant;
}
