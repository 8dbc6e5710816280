import { createHash, randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { ENVIRONMENT, type Environment } from '../../common/config/environment';
import { savepoint } from '../../common/database/transactions';
import { DomainError } from '../../common/errors/domain-error';
import { Overloaded } from '../../common/errors/request.errors';
import { IdempotencyStore } from '../../common/idempotency/idempotency.store';
import { EventsService } from '../../events/events.service';
import { TicketClassesService } from '../../events/ticket-classes.service';
import type { CreateAttendeeDto } from '../dto/create-attendee.dto';
import type { IssueTickets } from '../issue-tickets.command';
import { readIssueTickets } from '../issue-tickets.input';
import type { Outcome } from '../issue-batch.service';
import { IssueTicketsService, MAX_BATCH } from '../issue-tickets.service';
import { type CsvRow, readCsv } from './csv-file';
import type { GuestListFile } from './csv-upload.guard';
import { ImportBegun, ImportRefused } from './guest-list.errors';
import { type GuestRow, toGuestRow } from './guest-row';
import { invalidRow, issuedRow, type RowReport } from './row-report';

export interface ImportGuests {
  organizationId: string;
  apiKeyId: string;
  requestId: string;
  eventId: string;
  file: GuestListFile;
  /** `all`: every row or none. `good`: those that can be issued. */
  mode: 'all' | 'good';
  /** Decide and report, and change nothing. */
  dryRun: boolean;
  sendEmail: boolean;
  /** For rows that name no ticket class. */
  ticketClassId: string | undefined;
  /** Makes an import that broke off continue where it was: rows that it issued are not issued again. */
  resumeKey: string | undefined;
  onProgress?: (rowsDone: number, rows: number) => void;
}

export interface ImportResult {
  report: RowReport[];
  created: number;
  upgraded: number;
}

/** Issues tickets for the rows of a guest list, each by the rules and along the path of create attendee. */
@Injectable()
export class ImportService {
  private running = 0;
  private readonly mostAtOnce: number;

  constructor(
    @Inject(ENVIRONMENT) { databasePoolSize }: Environment,
    private readonly issueTickets: IssueTicketsService,
    private readonly events: EventsService,
    private readonly ticketClasses: TicketClassesService,
    private readonly idempotency: IdempotencyStore,
  ) {
    // An import keeps its connection as long as it lasts; the lanes and everybody else need the others.
    this.mostAtOnce = Math.max(1, Math.floor(databasePoolSize / 2) - 1);
  }

  /**
   * The file is read twice: an unreadable one is refused before anything is issued.
   *
   * @throws GuestListUnreadable, ImportBegun, ImportRefused, Overloaded
   */
  async import(manager: EntityManager, wanted: ImportGuests): Promise<ImportResult> {
    if (this.running >= this.mostAtOnce) throw new Overloaded();
    this.running++;
    try {
      return await this.readAndIssue(manager, wanted);
    } finally {
      this.running--;
    }
  }

  private async readAndIssue(manager: EntityManager, wanted: ImportGuests): Promise<ImportResult> {
    const ticketClassOf = await this.ticketClassFinder(wanted);
    const invalid: RowReport[] = [];
    let rows = 0;
    for await (const row of readGuests(wanted.file, ticketClassOf)) {
      rows++;
      if (!row.body) invalid.push(invalidRow(row));
    }
    if (wanted.mode === 'all' && !wanted.dryRun && invalid.length > 0) throw new ImportRefused(invalid);
    if (wanted.mode === 'all') await this.expectNotBegun(manager, wanted);

    const issue =
      wanted.dryRun || wanted.mode === 'all' ? this.within(manager) : await this.alongLanes(manager);
    const undo = wanted.dryRun ? await savepoint(manager, 'dry_run') : undefined;
    const report = await this.issueRows(wanted, ticketClassOf, issue, (done) =>
      wanted.onProgress?.(done, rows),
    );
    if (undo) {
      await undo();
      for (const row of report) delete row.payment_id;
    }

    const failed = report.filter(({ status }) => status !== 'issued');
    if (wanted.mode === 'all' && !wanted.dryRun && failed.length > 0) throw new ImportRefused(failed);
    return { report, created: sum(report, 'quantity'), upgraded: sum(report, 'upgraded_quantity') };
  }

  private async issueRows(
    wanted: ImportGuests,
    ticketClassOf: (row: CsvRow) => string | undefined,
    issue: (rows: IssueTickets[]) => Promise<Outcome[]>,
    onProgress: (rowsDone: number) => void,
  ): Promise<RowReport[]> {
    const report: RowReport[] = [];
    const importKey = importKeyOf(wanted);
    for await (const window of inWindows(readGuests(wanted.file, ticketClassOf))) {
      const valid = window.filter(isValid);
      const outcomes = await issue(valid.map((row) => toCommand(row, wanted, importKey)));
      const reports = new Map(valid.map((row, index) => [row.line, issuedRow(row, outcomes[index]!)]));
      report.push(...window.map((row) => reports.get(row.line) ?? invalidRow(row)));
      onProgress(report.length);
    }
    return report;
  }

  /** Rows that an import of `good` ones issued before it broke off are recorded, each by itself, and `all` looks at none. */
  private async expectNotBegun(manager: EntityManager, wanted: ImportGuests): Promise<void> {
    const begun = await this.idempotency.knowsAny(manager, wanted, rowKeysOf(importKeyOf(wanted)));
    if (begun) throw new ImportBegun();
  }

  /** All rows in the transaction of the import: it holds the seats of the event until it ends. */
  private within(manager: EntityManager) {
    return (rows: IssueTickets[]) =>
      this.issueTickets.issueAll(
        manager,
        rows.map((row) => ({ ...row, idempotent: undefined })),
      );
  }

  /** Each row on its own, among all other requests, and once only by its own idempotency key. */
  private async alongLanes(manager: EntityManager) {
    // Meanwhile the transaction of the import idles, and holds nothing but its idempotency key.
    await manager.query('SET LOCAL idle_in_transaction_session_timeout = 0');
    return async (rows: IssueTickets[]) => {
      // All of them, whatever one comes to: no row is still under way when its import has been answered.
      const settled = await Promise.allSettled(rows.map((row) => this.issueTickets.issue(row)));
      return settled.map((row) => (row.status === 'fulfilled' ? row.value : refusalOf(row.reason)));
    };
  }

  private async ticketClassFinder({ organizationId, eventId, ticketClassId }: ImportGuests) {
    const event = await this.events.get(organizationId, eventId);
    const byName = new Map((await this.ticketClasses.list(event)).map(({ name, id }) => [name, id]));
    return ({ fields }: CsvRow): string | undefined =>
      fields.ticket_class_id ||
      (fields.ticket_class_name ? byName.get(fields.ticket_class_name) : ticketClassId);
  }
}

async function* readGuests({ handle }: GuestListFile, ticketClassOf: (row: CsvRow) => string | undefined) {
  for await (const row of readCsv(handle)) yield toGuestRow(row, ticketClassOf);
}

/** So many rows are under way at once as can share a transaction of the admission lanes. */
async function* inWindows<T>(items: AsyncIterable<T>): AsyncGenerator<T[]> {
  let window: T[] = [];
  for await (const item of items) {
    window.push(item);
    if (window.length < MAX_BATCH) continue;
    yield window;
    window = [];
  }
  if (window.length > 0) yield window;
}

type ValidRow = GuestRow & { body: CreateAttendeeDto };

function isValid(row: GuestRow): row is ValidRow {
  return row.body !== null;
}

/** Throws what may go well the next time: then the whole import is to be sent again. */
function refusalOf(error: unknown): DomainError {
  if (error instanceof DomainError && !error.isTemporary) return error;
  throw error;
}

/** Without a key to resume by, every import is one of its own. */
function importKeyOf({ resumeKey, eventId, file }: ImportGuests): string {
  const key = resumeKey ?? randomUUID();
  return createHash('sha256').update(`${key}\n${eventId}\n${file.sha256}`).digest('hex');
}

/** How the idempotency keys of the rows of an import begin. */
function rowKeysOf(importKey: string): string {
  return `import ${importKey} line `;
}

function toCommand({ line, body }: ValidRow, wanted: ImportGuests, importKey: string): IssueTickets {
  const { organizationId, apiKeyId, requestId, eventId, sendEmail } = wanted;
  // The key says which row of which file it is; the options of the import are all that could differ.
  const fingerprint = createHash('sha256')
    .update(`${eventId} ${sendEmail} ${body.ticket_class_id}`)
    .digest('hex');
  const idempotent = { organizationId, apiKeyId, key: `${rowKeysOf(importKey)}${line}`, fingerprint };
  const circumstances = { organizationId, apiKeyId, requestId, notes: undefined, idempotent, eventId };
  return { ...readIssueTickets(body, circumstances), sendEmail };
}

function sum(report: readonly RowReport[], field: 'quantity' | 'upgraded_quantity'): number {
  return report.reduce((total, row) => total + (row[field] ?? 0), 0);
}
