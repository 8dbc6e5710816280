import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import { Command, InvalidArgumentError } from 'commander';
import { AppModule } from './app.module';
import { createApp } from './app.setup';
import { ReconcileService } from './attendees/reconcile.service';
import { openConfiguredDatabase } from './bootstrap';
import { addApiKeyCommands } from './cli/api-keys';
import { addImportCommand } from './cli/import-guests';
import { addMailCommands } from './cli/mail';
import { print } from './cli/print';
import { ORGANIZATION_SCOPES } from './common/auth/scopes';
import { type Environment, loadEnvironment } from './common/config/environment';
import { Transactions } from './common/database/transactions';
import { buildOpenApi } from './openapi';
import { ApiKeysService } from './organizations/api-keys.service';
import { OrganizationsService } from './organizations/organizations.service';

/** The command line tool. It works beside a running server, the embedded database included. */
const program = new Command('usher').description('Administers an Usher installation');

program
  .command('organizations')
  .description('Organizations')
  .command('create')
  .description('Create an organization and its first API key, which has every scope of an organization')
  .requiredOption('--name <name>', 'name of the organization')
  .option('--currency <code>', 'ISO 4217 code of its default currency', currencyCode, 'USD')
  .option('--json', 'print one line of JSON')
  .action(async ({ name, currency, json }: { name: string; currency: string; json?: boolean }) => {
    await inApp(async (app) => {
      const made = await app.get(Transactions).run(async (manager) => {
        const organization = await app.get(OrganizationsService).create(manager, { name, currency });
        const { key } = await app
          .get(ApiKeysService)
          .create(manager, organization.id, { name: 'First key', scopes: ORGANIZATION_SCOPES });
        return { organization_id: organization.id, api_key: key };
      });
      print(made, json);
    });
  });

addApiKeyCommands(program, inApp);

addImportCommand(program, inApp);

addMailCommands(program, inApp);

program
  .command('reconcile')
  .description('Recount seats from tickets and report counters that differ; exits with 1 when there are any')
  .action(async () => {
    await inApp(async (app) => {
      const drift = await app.get(ReconcileService).findDrift();
      for (const one of drift) process.stdout.write(`${JSON.stringify(one)}\n`);
      if (drift.length > 0) process.exitCode = 1;
      else process.stdout.write('Every seat counter agrees with the tickets.\n');
    });
  });

program
  .command('openapi')
  .description('Print the OpenAPI document')
  .action(async () => {
    const database = await openConfiguredDatabase(quiet(loadEnvironment()));
    const app = await createApp(database.environment);
    process.stdout.write(`${JSON.stringify(buildOpenApi(app), null, 2)}\n`);
    await app.close();
    await database.close();
  });

async function inApp(work: (app: INestApplicationContext) => Promise<void>): Promise<void> {
  const database = await openConfiguredDatabase(quiet(loadEnvironment()));
  try {
    const app = await NestFactory.createApplicationContext(AppModule.register(database.environment), {
      logger: false,
      abortOnError: false,
    });
    try {
      await work(app);
    } finally {
      await app.close();
    }
  } finally {
    await database.close();
  }
}

/** Commands print their result and nothing else, and leave queues to the processes that are there for them. */
function quiet(environment: Environment): Environment {
  return { ...environment, logLevel: 'silent', logFormat: 'json', redisUrl: undefined, worker: 'off' };
}

function currencyCode(text: string): string {
  if (!/^[A-Za-z]{3}$/.test(text)) throw new InvalidArgumentError('Must be an ISO 4217 code like EUR.');
  return text.toUpperCase();
}

program.parseAsync().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
