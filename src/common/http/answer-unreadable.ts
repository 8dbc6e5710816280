import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { DomainError } from '../errors/domain-error';
import { errorBody, statusOf } from '../errors/error-response';
import { BadRequest, HeadersTooLarge, RequestTimeout } from '../errors/request.errors';
import { newRequestId } from './request-id';

/** Answers, in the envelope of every error, what Node cannot read as HTTP and therefore never makes a request of. */
export function answerUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || isAnswering(socket)) {
    socket.destroy();
    return;
  }
  const refusal = refusalOf(error);
  const requestId = newRequestId();
  const body = JSON.stringify(errorBody(refusal, requestId));
  const head = [
    `HTTP/1.1 ${statusOf(refusal)} ${STATUS_CODES[statusOf(refusal)]}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

function refusalOf({ code }: NodeJS.ErrnoException): DomainError {
  if (code === 'HPE_HEADER_OVERFLOW') return new HeadersTooLarge();
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new RequestTimeout();
  return new BadRequest();
}

/** Half of another answer may be on its way. Node keeps it here, and looks here in what it does by default. */
function isAnswering(socket: Socket & { _httpMessage?: ServerResponse }): boolean {
  return socket._httpMessage?.headersSent ?? false;
}
