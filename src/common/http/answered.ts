import type { ServerResponse } from 'node:http';

/** A response emits it once, when nothing is left to do for it here. */
export const ANSWERED = Symbol('answered');

const IS_ANSWERED = Symbol('is answered');

type Response = ServerResponse & { [IS_ANSWERED]?: boolean };

/**
 * Makes a response tell when the app has produced the answer, or has handed over a stream (an export, a file), which
 * goes on at the pace of the client; or when the client is gone before.
 *
 * That is not when the client has the answer: clients that do not read must not keep places from those who ask.
 */
export function tellWhenAnswered(response: Response): void {
  const answered = () => {
    response.off('pipe', answered).off('prefinish', answered).off('close', answered);
    response[IS_ANSWERED] = true;
    response.emit(ANSWERED);
  };
  response.on('pipe', answered).on('prefinish', answered).on('close', answered);
}

/** Whether it has told so. */
export function isAnswered(response: Response): boolean {
  return response[IS_ANSWERED] ?? false;
}
