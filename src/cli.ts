import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import { isISO4217CurrencyCode } from 'class-validator';
import { Command, InvalidArgumentError } from 'commander';
import { AppModule } from './app.module';
import { createApp } from './app.setup';
import { ReconcileService } from './attendees/reconcile.service';
import { openConfiguredDatabase, STOP_SIGNALS } from './bootstrap';
import { addApiKeyCommands } from './cli/api-keys';
import { addImportCommand } from './cli/import-guests';
import { addMailCommands } from './cli/mail';
import { nonEmptyName } from './cli/name';
import { print } from './cli/print';
import { StopSignals } from './cli/stop-signals';
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
  .requiredOption('--name <name>', 'name of the organization', nonEmptyName)
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
  .action(() =>
    runBesideDatabase(createApp, (app) => {
      process.stdout.write(`${JSON.stringify(buildOpenApi(app), null, 2)}\n`);
    }),
  );

async function inApp(work: (app: INestApplicationContext) => Promise<void>): Promise<void> {
  const open = (environment: Environment) =>
    NestFactory.createApplicationContext(AppModule.register(environment), {
      logger: false,
      abortOnError: false,
    });
  await runBesideDatabase(open, work);
}

/** Closes everything also when the work fails or the process is told to stop: else the embedded database would go on. */
async function runBesideDatabase<App extends INestApplicationContext>(
  open: (environment: Environment) => Promise<App>,
  work: (app: App) => void | Promise<void>,
): Promise<void> {
  const configured = quiet(loadEnvironment());
  // A database elsewhere goes on anyway, and a long statement there is not waited for.
  const signals = new StopSignals(configured.databaseUrl ? [] : STOP_SIGNALS);
  try {
    const database = await openConfiguredDatabase(configured);
    try {
      const app = await open(database.environment);
      try {
        await Promise.race([work(app), signals.first]);
      } finally {
        await app.close();
      }
    } finally {
      await database.close();
    }
  } finally {
    signals.release();
  }
}

/** Commands print their result and nothing else, and leave queues to the processes that are there for them. */
function quiet(environment: Environment): Environment {
  return { ...environment, logLevel: 'silent', logFormat: 'json', redisUrl: undefined, worker: 'off' };
}

function currencyCode(text: string): string {
  const code = text.toUpperCase();
  if (!isISO4217CurrencyCode(code)) throw new InvalidArgumentError('Must be an ISO 4217 code like EUR.');
  return code;
}

program.parseAsync().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
