import { createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { Request } from 'express';
import type { EntityManager } from 'typeorm';
import type { IdempotentRequest } from './idempotency.store';

const MANAGER = Symbol('manager');
const IDEMPOTENT_REQUEST = Symbol('idempotent request');

export type WriteRequest = Request & {
  [MANAGER]?: EntityManager;
  [IDEMPOTENT_REQUEST]?: IdempotentRequest;
};

export const OWN_TRANSACTION = 'usher:own-transaction';

/**
 * The handler brings its own transaction, in which it also stores the answer: it returns a `StoredResponse`.
 * For operations that share a transaction with others, like create attendee.
 */
export const OwnTransaction = () => SetMetadata(OWN_TRANSACTION, true);

export const LINE = 'usher:line';

/**
 * What the writes of a route take long for, or wait for while somebody holds it: the event that `:eventId` names, a place
 * among the imports, or no more than a ticket, to check it in.
 */
export type Line = 'event' | 'import' | 'check-in';

/** So few writes of the same line are in a transaction at a time that the others find a connection: see `WriteEntrances`. */
export const InLineFor = (line: Line) => SetMetadata(LINE, line);

export function setManager(request: WriteRequest, manager: EntityManager): void {
  request[MANAGER] = manager;
}

export function setIdempotentRequest(request: WriteRequest, idempotent: IdempotentRequest): void {
  request[IDEMPOTENT_REQUEST] = idempotent;
}

/** Injects the `EntityManager` of the transaction that holds the whole request, its stored answer included. */
export const InTransaction = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const manager = context.switchToHttp().getRequest<WriteRequest>()[MANAGER];
  if (!manager) throw new Error('Only POST, PATCH, PUT and DELETE run in a transaction');
  return manager;
});

/** Injects the `IdempotentRequest`, or undefined when the client sent no key. */
export const Idempotency = createParamDecorator(
  (_: unknown, context: ExecutionContext) =>
    context.switchToHttp().getRequest<WriteRequest>()[IDEMPOTENT_REQUEST],
);
