import type { Request } from 'express';

/** What is learned about a request on its way, for its line in the log. */
export interface RequestNotes {
  /** How long it waited for the transaction that it shares with others, and how many they are. */
  laneWaitMs?: number;
  batchSize?: number;
  /** Names it to what is done for it later. Only while requests are traced. */
  traceparent?: string;
}

const NOTES = Symbol('notes');

export function notesOf(request: Request & { [NOTES]?: RequestNotes }): RequestNotes {
  return (request[NOTES] ??= {});
}
