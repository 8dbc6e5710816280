import type { INestApplicationContext } from '@nestjs/common';
import { type Command, InvalidArgumentError } from 'commander';
import { MAIL_TYPES } from '../attendees/messages';
import { Transactions } from '../common/database/transactions';
import { Deliveries } from '../notifications/deliveries';

export function addMailCommands(
  program: Command,
  inApp: (work: (app: INestApplicationContext) => Promise<void>) => Promise<void>,
): void {
  const mail = program.command('mail').description('Mail that was given up');

  mail
    .command('list-failed')
    .description('Print the mails that were given up, one JSON line each, latest first')
    .option('--limit <number>', 'how many at most', wholeNumber, 100)
    .action(({ limit }: { limit: number }) => inApp((app) => listFailed(app, limit)));

  mail
    .command('resend')
    .description(
      'Send mails that were given up again, all or none; the running server does it within a second',
    )
    .argument('<ids...>', 'ids of the mails, as list-failed prints them')
    .action((ids: string[]) => inApp((app) => resend(app, ids)));
}

async function listFailed(app: INestApplicationContext, limit: number): Promise<void> {
  for (const message of await app.get(Deliveries).listFailed(MAIL_TYPES, limit)) {
    const { id, organizationId, type, payload, attempts, failedAt, lastError } = message;
    const line = { id, organization_id: organizationId, type, ...payload, attempts, failed_at: failedAt };
    process.stdout.write(`${JSON.stringify({ ...line, last_error: lastError })}\n`);
  }
}

async function resend(app: INestApplicationContext, ids: string[]): Promise<void> {
  await app.get(Transactions).run(async (manager) => {
    for (const id of new Set(ids)) {
      const found = await app.get(Deliveries).sendAgain(manager, id);
      if (!found) throw new Error(`There is no failed mail ${id}`);
    }
  });
  process.stdout.write([...new Set(ids)].map((id) => `queued: ${id}\n`).join(''));
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('Must be a whole number from 1.');
  return Number(text);
}
