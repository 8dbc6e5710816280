import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { INestApplicationContext } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { GuestListFile } from '../../attendees/guest-list/csv-upload.guard';
import { ImportRefused } from '../../attendees/guest-list/guest-list.errors';
import { ImportService } from '../../attendees/guest-list/import.service';
import type { ImportMode } from '../../attendees/guest-list/import-mode';
import type { RowReport } from '../../attendees/guest-list/row-report';
import { Transactions } from '../../common/database/transactions';
import { type Beginning, IdempotencyStore } from '../../common/idempotency/idempotency.store';
import { freshResponse } from '../../common/idempotency/stored-response';
import { COMMAND_LINE } from '../command-line';
import { inApp } from './in-app';

export interface ImportOptions {
  organization: string;
  event: string;
  ticketClass?: string;
  mode: ImportMode;
  dryRun?: boolean;
  sendEmail?: boolean;
  key: string;
}

/** Why a file may not be imported although there is no report of it to show again. */
const WHY_NOT: Record<Exclude<Beginning['state'], 'first' | 'done'>, string> = {
  in_progress: 'This file is being imported right now',
  reused: 'This file was imported with other options; use --key to import it anew',
  erased: 'This file was imported, and its report has been erased since',
};

export function importGuests(file: string, options: ImportOptions): Promise<void> {
  return inApp((app) => importInto(app, file, options));
}

async function importInto(app: INestApplicationContext, file: string, options: ImportOptions): Promise<void> {
  const upload = { handle: await open(file), sha256: await sha256(file) };
  const { dryRun = false } = options;
  const transactions = app.get(Transactions);
  const issue = async (manager: EntityManager) => {
    const { report } = await app.get(ImportService).import(manager, {
      organizationId: options.organization,
      apiKeyId: COMMAND_LINE,
      requestId: COMMAND_LINE,
      eventId: options.event,
      file: upload,
      mode: options.mode,
      dryRun,
      sendEmail: options.sendEmail ?? false,
      ticketClassId: options.ticketClass,
      resumeKey: options.key,
      onProgress: showProgress,
    });
    return report;
  };
  try {
    const report = await transactions.run((manager) =>
      dryRun ? issue(manager) : once(app.get(IdempotencyStore), manager, upload, options, issue),
    );
    conclude(report, dryRun);
  } catch (error) {
    if (!(error instanceof ImportRefused)) throw error;
    printRows(error.details?.report as RowReport[]);
    throw error;
  } finally {
    await upload.handle.close();
  }
}

/** The report of this file's import into this event, which is issued unless it was before. */
async function once(
  store: IdempotencyStore,
  manager: EntityManager,
  { sha256: file }: GuestListFile,
  { organization, event, ticketClass, mode, sendEmail, key }: ImportOptions,
  issue: (manager: EntityManager) => Promise<RowReport[]>,
): Promise<RowReport[]> {
  const request = {
    organizationId: organization,
    apiKeyId: COMMAND_LINE,
    key: `import ${hash(key, event, file)}`,
    fingerprint: hash(mode, String(sendEmail), String(ticketClass)),
  };
  const [beginning] = await store.begin(manager, [request]);
  if (beginning!.state === 'done') return JSON.parse(beginning!.response.body) as RowReport[];
  if (beginning!.state !== 'first') throw new Error(WHY_NOT[beginning!.state]);
  const report = await issue(manager);
  await store.record(manager, [{ request, response: freshResponse(200, report) }]);
  return report;
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

function hash(...parts: string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex');
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
