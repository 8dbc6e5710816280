import { Controller, Get, Param, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Response } from 'express';
import { Public } from '../../common/auth/require-scope.decorator';
import { PRIVATE_HEADERS } from '../../common/pages/page';
import { calendarFile } from '../calendar-file';
import { TicketSheets } from '../ticket-sheets.service';
import { TicketPageFilter } from './ticket-page.filter';
import { TICKET_PAGES, ticketPage } from './ticket-page';

/** For whoever holds tickets; outside the API's base path. The token in the address is all that it asks for. */
@Public()
@ApiExcludeController()
@UseFilters(TicketPageFilter)
@Controller('t/:token')
export class TicketPageController {
  constructor(private readonly sheets: TicketSheets) {}

  @Get()
  async show(@Param('token') token: string, @Res() response: Response): Promise<void> {
    const { sheet } = await this.sheets.findByToken(token);
    response.set(TICKET_PAGES.headers).send(await ticketPage(sheet));
  }

  @Get('event.ics')
  async calendar(@Param('token') token: string, @Res() response: Response): Promise<void> {
    const { batch, sheet } = await this.sheets.findByToken(token);
    response.set(CALENDAR_HEADERS).send(calendarFile(batch, sheet, new Date()));
  }
}

const CALENDAR_HEADERS = {
  ...PRIVATE_HEADERS,
  'Content-Type': 'text/calendar; charset=utf-8; method=PUBLISH',
  // Inline, so that phones open it in their calendar instead of keeping it among the downloads.
  'Content-Disposition': 'inline; filename="event.ics"',
} as const;
