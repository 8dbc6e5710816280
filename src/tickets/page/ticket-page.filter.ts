import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { PinoLogger } from 'nestjs-pino';
import { statusOf } from '../../common/errors/error-response';
import { describeFault } from '../../common/errors/fault';
import { translateError } from '../../common/errors/translate';
import { requestIdOf } from '../../common/http/request-id';
import { TICKET_PAGES } from './ticket-page';

/** Who opens a ticket page is a person: errors are told on a page, and not as JSON. */
@Catch()
export class TicketPageFilter implements ExceptionFilter {
  constructor(private readonly logger: PinoLogger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const error = translateError(thrown);
    const status = statusOf(error);
    const requestId = requestIdOf(request);
    if (status >= 500)
      this.logger.error({ request_id: requestId, fault: describeFault(thrown) }, 'Request failed');
    if (error.retryAfterSeconds) response.setHeader('Retry-After', error.retryAfterSeconds);
    response
      .status(status)
      .set(TICKET_PAGES.headers)
      .send(status === 404 ? NOT_FOUND : UNAVAILABLE);
  }
}

const NOT_FOUND = TICKET_PAGES.notice(
  'No tickets here',
  'The link may be incomplete, or the tickets were cancelled or moved to a newer link. Please open the link in the latest mail about your tickets, or ask the organizer.',
);

const UNAVAILABLE = TICKET_PAGES.notice(
  'One moment, please',
  'Your tickets cannot be shown right now. They are safe: please load this page again in a minute.',
);
