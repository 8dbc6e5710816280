import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';
import { PinoLogger } from 'nestjs-pino';
import { errorBody, statusOf } from '../errors/error-response';
import { describeFault } from '../errors/fault';
import { translateError } from '../errors/translate';
import { RecordedRefusal } from '../idempotency/recorded-refusal';
import { requestIdOf } from './request-id';

/** The one place where an error becomes an HTTP answer. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: PinoLogger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    if (response.headersSent) {
      // Half of an answer is out: breaking the connection is the only way left to say that it is not whole.
      response.destroy();
      return;
    }
    if (thrown instanceof RecordedRefusal) {
      response.status(thrown.response.status).type('application/json').send(thrown.response.body);
      return;
    }
    const error = translateError(thrown);
    const status = statusOf(error);
    const requestId = requestIdOf(request);
    if (status >= 500)
      this.logger.error({ request_id: requestId, fault: describeFault(thrown) }, 'Request failed');
    if (error.challenge) response.setHeader('WWW-Authenticate', error.challenge);
    if (error.retryAfterSeconds) response.setHeader('Retry-After', error.retryAfterSeconds);
    response.status(status).json(errorBody(error, requestId));
  }
}
