import type { IncomingMessage } from 'node:http';

const ARRIVED = Symbol('arrived');

type Request = IncomingMessage & { [ARRIVED]?: number };

export function noteArrival(request: Request): void {
  request[ARRIVED] = performance.now();
}

/** When its headers were there, ahead of any line that it stood in; by the clock of `performance`. */
export function arrivalOf(request: Request): number {
  return request[ARRIVED] ?? performance.now();
}
