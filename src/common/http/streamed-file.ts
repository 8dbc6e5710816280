import type { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import type { Request } from 'express';
import { PinoLogger } from 'nestjs-pino';
import { describeFault } from '../errors/fault';
import { requestIdOf } from './request-id';

/**
 * A file that is sent while it is being made. When that fails its beginning is out, so the connection is broken: the only
 * way left to say that it is not whole. Nest by itself would log the error with its stack and SQL.
 */
export function streamedFile(
  request: Request,
  stream: Readable,
  options: StreamableFile['options'],
): StreamableFile {
  const log = (error: Error) =>
    PinoLogger.root.error(
      { request_id: requestIdOf(request), fault: describeFault(error) },
      'Answer broke off',
    );
  return new StreamableFile(stream, options).setErrorLogger(log).setErrorHandler((error, response) => {
    log(error);
    response.destroy?.();
  });
}
