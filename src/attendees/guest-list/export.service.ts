import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { stringify } from 'csv-stringify';
import { EventsService } from '../../events/events.service';
import { type AttendeeFilter, AttendeeListsRepository } from '../attendee-lists.repository';
import { viewAttendee } from '../attendee.view';
import type { AttendeeDto } from '../dto/attendee.dto';
import { harmless } from './spreadsheet-text';

const PAGE = 500;

/** As the import reads them, and then the rest. */
const COLUMNS: (keyof AttendeeDto)[] = [
  'email',
  'first_name',
  'last_name',
  'ticket_class_name',
  'status',
  'payment_method',
  'barcode',
  'checked_in_at',
  'id',
  'ticket_class_id',
  'contact_id',
  'payment_id',
  'created_at',
  'updated_at',
];

/** Writes the attendees of an event as CSV, a page at a time, as fast as the client reads. */
@Injectable()
export class ExportService {
  constructor(
    private readonly lists: AttendeeListsRepository,
    private readonly events: EventsService,
  ) {}

  async export(organizationId: string, eventId: string, filter: AttendeeFilter): Promise<Readable> {
    await this.events.get(organizationId, eventId);
    const pageAfter: PageAfter = (cursor) =>
      this.lists.newestFirst(organizationId, eventId, filter, { offset: 0, limit: PAGE, cursor });
    // Before anything is sent: what fails here can still be answered as an error.
    const firstPage = await pageAfter(undefined);
    const rows = Readable.from(rowsFrom(firstPage, pageAfter));
    // The byte order mark is how spreadsheet programs know UTF-8.
    const csv = stringify({
      header: true,
      columns: COLUMNS,
      bom: true,
      record_delimiter: 'windows',
      // Each of these ends a cell or a row for some program, and what follows it could be a formula.
      quoted_match: /[;\t\r\n]/,
    });
    rows.once('error', (error) => csv.destroy(error));
    csv.once('close', () => rows.destroy());
    return rows.pipe(csv);
  }
}

type AttendeePage = Awaited<ReturnType<AttendeeListsRepository['newestFirst']>>;
type PageAfter = (cursor: string | undefined) => Promise<AttendeePage>;

async function* rowsFrom(firstPage: AttendeePage, pageAfter: PageAfter): AsyncGenerator<string[]> {
  for (let page = firstPage; ; page = await pageAfter(page.nextCursor)) {
    for (const attendee of page.rows) {
      const view = viewAttendee(attendee);
      yield COLUMNS.map((column) => harmless(view[column] ?? ''));
    }
    if (page.nextCursor === null) return;
  }
}
