import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { INestApplicationContext } from '@nestjs/common';
import { type Command, Option } from 'commander';
import { IMPORT_MODES, type ImportMode } from '../attendees/guest-list/dto/import.dto';
import { ImportRefused } from '../attendees/guest-list/guest-list.errors';
import { ImportService } from '../attendees/guest-list/import.service';
import type { RowReport } from '../attendees/guest-list/row-report';
import { Transactions } from '../common/database/transactions';

interface Options {
  organization: string;
  event: string;
  ticketClass?: string;
  mode: ImportMode;
  dryRun?: boolean;
  sendEmail?: boolean;
  key: string;
}

/** Stands where the id of an API key stands for what clients do. */
const COMMAND_LINE = 'cli';

export function addImportCommand(
  program: Command,
  inApp: (work: (app: INestApplicationContext) => Promise<void>) => Promise<void>,
): void {
  program
    .command('attendees')
    .description('Attendees')
    .command('import')
    .description(
      'Import a guest list. Run again after a break-off, it continues: no row is issued twice in 24 hours',
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
    .action((file: string, options: Options) => inApp((app) => importGuests(app, file, options)));
}

async function importGuests(app: INestApplicationContext, file: string, options: Options): Promise<void> {
  const upload = { path: file, sha256: await sha256(file) };
  try {
    const { report } = await app.get(Transactions).run((manager) =>
      app.get(ImportService).import(manager, {
        organizationId: options.organization,
        apiKeyId: COMMAND_LINE,
        requestId: COMMAND_LINE,
        eventId: options.event,
        file: upload,
        mode: options.mode,
        dryRun: options.dryRun ?? false,
        sendEmail: options.sendEmail ?? false,
        ticketClassId: options.ticketClass,
        resumeKey: options.key,
        onProgress: showProgress,
      }),
    );
    conclude(report, options.dryRun);
  } catch (error) {
    if (!(error instanceof ImportRefused)) throw error;
    printRows(error.details?.report as RowReport[]);
    throw error;
  }
}

/** A bar on the terminal; nothing where the output goes to a file. */
function showProgress(done: number, total: number): void {
  if (!process.stderr.isTTY) return;
  const width = 30;
  const filled = Math.round((done / total) * width);
  const end = done === total ? '\n' : '';
  process.stderr.write(`\r[${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${done}/${total} rows${end}`);
}

function conclude(report: RowReport[], dryRun = false): void {
  const bad = report.filter(({ status }) => status !== 'issued');
  printRows(bad);
  const verb = dryRun ? 'would be issued' : 'issued';
  process.stdout.write(`${report.length - bad.length} of ${report.length} rows ${verb}.\n`);
  if (bad.length > 0) process.exitCode = 1;
}

function printRows(rows: RowReport[]): void {
  for (const { line, error, details } of rows) {
    process.stdout.write(`line ${line}: ${error}${details ? ` ${JSON.stringify(details)}` : ''}\n`);
  }
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
