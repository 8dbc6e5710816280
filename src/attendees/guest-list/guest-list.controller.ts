import { Controller, Get, Post, Query, Req, type StreamableFile, UseGuards } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import type { EntityManager } from 'typeorm';
import { type Caller, CurrentCaller } from '../../common/auth/caller';
import { RequireScope } from '../../common/auth/require-scope.decorator';
import { BodyTooLarge, UnsupportedMediaType, ValidationFailed } from '../../common/errors/request.errors';
import { ApiAnswer } from '../../common/http/api-answer.decorator';
import { ApiFailures } from '../../common/http/api-failures.decorator';
import { IdParam } from '../../common/http/id-param';
import { requestIdOf } from '../../common/http/request-id';
import { headerRef } from '../../common/http/response-headers';
import { streamedFile } from '../../common/http/streamed-file';
import { ApiIdempotent } from '../../common/idempotency/api-idempotent.decorator';
import type { IdempotentRequest } from '../../common/idempotency/idempotency.store';
import { Idempotency, InLineFor, InTransaction } from '../../common/idempotency/write-context';
import { EventNotFound } from '../../events/events.errors';
import { CsvUploadGuard, Upload, UploadedCsv } from './csv-upload.guard';
import { ExportQueryDto } from './dto/export.dto';
import { ImportQueryDto, ImportReportDto } from './dto/import.dto';
import { ExportService } from './export.service';
import { GuestListUnreadable, ImportBegun, ImportRefused } from './guest-list.errors';
import { ImportService } from './import.service';

const EXAMPLE = `email,first_name,last_name,ticket_class_name,quantity
ada@example.org,Ada,Lovelace,General Admission,2
grace@example.org,Grace,Hopper,,1
`;

const EXPORTED = `email,first_name,last_name,ticket_class_name,status,payment_method,barcode,checked_in_at,id,…
ada@example.org,Ada,Lovelace,General Admission,valid,cash,7K3QX9M2V5RT8WJH4C6P,,tkt_01k5x9a3v8e6rr4c1m2n3p4q5s,…
`;

@ApiTags('Attendees')
@Controller('events/:eventId/attendees')
export class GuestListController {
  constructor(
    private readonly importService: ImportService,
    private readonly exportService: ExportService,
  ) {}

  @Post('import')
  @UseGuards(CsvUploadGuard)
  @RequireScope('attendees:write')
  @InLineFor('import')
  @ApiIdempotent()
  @ApiConsumes('text/csv')
  @ApiBody({ schema: { type: 'string', example: EXAMPLE } })
  @ApiOperation({
    summary: 'Import a guest list: issue tickets for the rows of a CSV file',
    description: `
Each row is a create attendee. Columns: \`email\` (required), \`first_name\`, \`last_name\`, \`phone_number\`,
\`ticket_class_id\` or \`ticket_class_name\`, \`quantity\`, \`status\`, \`payment_method\`; others are ignored. At most
10,000 rows and 10 MiB. UTF-8, or UTF-16 with a byte order mark; comma, semicolon or tab. The apostrophe that an export
puts before a formula is taken off.

With \`mode=all\` (the default) everything happens in one transaction, which holds the event's seats while it lasts, and
so does a dry run: with 10,000 rows that is seconds in which others cannot buy. If one row cannot be issued the answer
is 422 with the report of those that cannot, and nothing has changed. With \`mode=good\` rows are issued among all other
requests. Send an \`Idempotency-Key\`: when such an import breaks off, the same request
continues it, and no row is issued twice; with \`mode=all\` it is refused as \`import_begun\`.`,
  })
  @ApiAnswer(200, ImportReportDto)
  @ApiFailures(
    new EventNotFound(),
    new GuestListUnreadable('a quote is not closed', 17),
    new ImportBegun(),
    new ImportRefused([{ line: 3, status: 'refused', code: 'capacity_exceeded', error: 'Not enough seats' }]),
    new BodyTooLarge(),
    new UnsupportedMediaType('text/csv'),
  )
  async import(
    @Req() request: Request,
    @InTransaction() manager: EntityManager,
    @CurrentCaller() { organizationId, apiKeyId }: Caller,
    @Idempotency() idempotent: IdempotentRequest | undefined,
    @IdParam('event') eventId: string,
    @Query() query: ImportQueryDto,
    @UploadedCsv() file: Upload,
  ): Promise<ImportReportDto> {
    const wanted = {
      organizationId,
      apiKeyId,
      requestId: requestIdOf(request),
      eventId,
      file,
      mode: query.mode,
      dryRun: query.dry_run,
      sendEmail: query.send_email,
      ticketClassId: query.ticket_class_id,
      resumeKey: idempotent?.key,
    };
    const { report, created, upgraded } = await file.during(() => this.importService.import(manager, wanted));
    return {
      mode: query.mode,
      dry_run: query.dry_run,
      rows: report.length,
      issued: report.filter(({ status }) => status === 'issued').length,
      quantity: created,
      upgraded_quantity: upgraded,
      report,
    };
  }

  @Get('export')
  @RequireScope('attendees:read')
  @ApiOperation({
    summary: 'Export the attendees of an event as CSV',
    description: `
UTF-8 with a byte order mark, comma separated, newest first. What a spreadsheet program would run as a formula (\`=\`,
\`+\`, \`-\` or \`@\` at the beginning of a cell, or behind a semicolon, tab or line break, where some programs begin
one) has an apostrophe before it.`,
  })
  @ApiResponse({
    status: 200,
    headers: { 'Content-Disposition': headerRef('Content-Disposition') },
    content: { 'text/csv': { schema: { type: 'string', example: EXPORTED } } },
  })
  @ApiFailures(new EventNotFound(), new ValidationFailed({ status: ['must be among valid, checked_in'] }))
  async export(
    @Req() request: Request,
    @CurrentCaller() { organizationId }: Caller,
    @IdParam('event') eventId: string,
    @Query() query: ExportQueryDto,
  ): Promise<StreamableFile> {
    const csv = await this.exportService.export(organizationId, eventId, {
      statuses: query.status,
      ticketClassId: query.ticket_class_id,
    });
    return streamedFile(request, csv, {
      type: 'text/csv; charset=utf-8',
      disposition: `attachment; filename="attendees-${eventId}.csv"`,
    });
  }
}
