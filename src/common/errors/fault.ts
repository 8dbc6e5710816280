import { QueryFailedError } from 'typeorm';

/** What a log may say about an unexpected error. */
export interface Fault {
  type: string;
  message: string;
  /** SQLSTATE or system error code. */
  code?: string;
  constraint?: string;
  /** Where in Usher's code it came from, `file:line`. */
  at?: string;
}

/** Describes an error without a stack trace, SQL, row values or e-mail addresses, none of which may reach a log. */
export function describeFault(thrown: unknown): Fault {
  if (!(thrown instanceof Error))
    return { type: typeof thrown, message: 'Something that is no Error was thrown' };
  const { code, constraint } = (thrown instanceof QueryFailedError ? thrown.driverError : thrown) as {
    code?: string;
    constraint?: string;
  };
  return {
    type: thrown.name,
    message: withoutAddresses(thrown.message),
    ...(code && { code }),
    ...(constraint && { constraint }),
    at: firstOwnFrame(thrown.stack),
  };
}

/** Mail servers name in their refusals whom they refuse. */
function withoutAddresses(message: string): string {
  return message.replace(/[^\s<>"'(),:;]+@[^\s<>"'(),:;]+/g, '…@…');
}

function firstOwnFrame(stack = ''): string | undefined {
  const frame = stack.split('\n').find((line) => line.includes('/src/') && !line.includes('node_modules'));
  return frame?.match(/([\w.-]+\.[jt]s:\d+)/)?.[1];
}
