import type { INestApplicationContext } from '@nestjs/common';
import { type Command, InvalidArgumentError } from 'commander';
import { ALL_SCOPES, ORGANIZATION_SCOPES, type Scope } from '../common/auth/scopes';
import { Transactions } from '../common/database/transactions';
import { instantOf } from '../common/time/date-time';
import { viewApiKey } from '../organizations/api-key.view';
import { ApiKeysService, type NewApiKey } from '../organizations/api-keys.service';
import { OrganizationsService } from '../organizations/organizations.service';
import { nonEmptyName } from './name';
import { print } from './print';

interface Options {
  organization: string;
}

export function addApiKeyCommands(
  program: Command,
  inApp: (work: (app: INestApplicationContext) => Promise<void>) => Promise<void>,
): void {
  const apiKeys = program.command('api-keys').description('API keys');

  apiKeys
    .command('create')
    .description('Create an API key')
    .requiredOption('--organization <id>', 'id of the organization')
    .requiredOption('--name <name>', 'what the key is for', nonEmptyName)
    .requiredOption('--scopes <scopes>', 'comma separated, or "all": those of an organization', scopes)
    .option('--expires-at <time>', 'ISO 8601 time with an offset (default: never)', futureInstant)
    .option('--json', 'print one line of JSON')
    .action((options: Options & NewApiKey & { json?: boolean }) => inApp((app) => create(app, options)));

  apiKeys
    .command('list')
    .description('Print the API keys of an organization, one JSON line each, newest first')
    .requiredOption('--organization <id>', 'id of the organization')
    .action((options: Options) => inApp((app) => list(app, options)));

  apiKeys
    .command('revoke')
    .description('Revoke an API key; running servers refuse it within three seconds')
    .argument('<id>', 'id of the key')
    .requiredOption('--organization <id>', 'id of the organization')
    .action((id: string, options: Options) => inApp((app) => revoke(app, id, options)));
}

async function create(
  app: INestApplicationContext,
  options: Options & NewApiKey & { json?: boolean },
): Promise<void> {
  await expectOrganization(app, options.organization);
  const { apiKey, key } = await app
    .get(Transactions)
    .run((manager) => app.get(ApiKeysService).create(manager, options.organization, options));
  print({ id: apiKey.id, api_key: key }, options.json);
}

async function list(app: INestApplicationContext, { organization }: Options): Promise<void> {
  await expectOrganization(app, organization);
  const { rows } = await app.get(ApiKeysService).list(organization, { offset: 0, limit: 10_000 });
  for (const apiKey of rows) process.stdout.write(`${JSON.stringify(viewApiKey(apiKey))}\n`);
}

async function revoke(app: INestApplicationContext, id: string, { organization }: Options): Promise<void> {
  await expectOrganization(app, organization);
  await app.get(Transactions).run((manager) => app.get(ApiKeysService).revoke(manager, organization, id));
  print({ revoked: id });
}

async function expectOrganization(app: INestApplicationContext, id: string): Promise<void> {
  const organization = await app.get(OrganizationsService).find(id);
  if (!organization) throw new Error(`There is no organization ${id}`);
}

function scopes(text: string): Scope[] {
  const wanted = text === 'all' ? [...ORGANIZATION_SCOPES] : text.split(',').map((scope) => scope.trim());
  const unknown = wanted.filter((scope) => !ALL_SCOPES.some((known) => known === scope));
  if (unknown.length > 0) {
    throw new InvalidArgumentError(`Unknown: ${unknown.join(', ')}. Allowed: all, ${ALL_SCOPES.join(', ')}.`);
  }
  return wanted as Scope[];
}

function futureInstant(text: string): Date {
  const instant = instantOf(text);
  if (!instant || instant <= new Date()) {
    throw new InvalidArgumentError('Must be a time in the future like 2030-01-01T00:00:00Z.');
  }
  return instant;
}
