import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Response } from 'express';
import { from, lastValueFrom, map, type Observable, tap } from 'rxjs';
import type { EntityManager } from 'typeorm';
import { callerOf } from '../auth/caller';
import { savepoint, Transactions, withCommit } from '../database/transactions';
import { LineHeldUp } from '../database/turnstile-group';
import { requestIdOf } from '../http/request-id';
import { AnswerSeal, SEALED_ANSWER } from './answer-seal';
import { fingerprint } from './fingerprint';
import { IdempotencyKeyInvalid, IdempotentRequestInProgress } from './idempotency.errors';
import { IdempotencyMetrics } from './idempotency-metrics';
import { type IdempotentRequest, IdempotencyStore, identity, refusalOf } from './idempotency.store';
import { RecordedRefusal } from './recorded-refusal';
import { freshResponse, isDecision, refusalResponse, type StoredResponse } from './stored-response';
import {
  type Line,
  LINE,
  OWN_TRANSACTION,
  setIdempotentRequest,
  setManager,
  type WriteRequest,
} from './write-context';
import { type Entrance, WriteEntrances } from './write-entrances';

/**
 * Gives every writing request one transaction, and every POST with an `Idempotency-Key` one execution: the answer
 * commits in the transaction of the work, so a crash leaves either both or neither.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  /** Keys that this process is working on. Between processes the store's advisory locks do the same. */
  private readonly inFlight = new Set<string>();

  constructor(
    private readonly reflector: Reflector,
    private readonly transactions: Transactions,
    private readonly store: IdempotencyStore,
    private readonly entrances: WriteEntrances,
    private readonly metrics: IdempotencyMetrics,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<WriteRequest>();
    if (request.method === 'GET' || request.method === 'HEAD') return next.handle();
    const response = context.switchToHttp().getResponse<Response>();
    const sealed = this.reflector.get<boolean>(SEALED_ANSWER, context.getHandler());
    const idempotent = request.method === 'POST' ? idempotentRequest(request, sealed) : undefined;
    const ownTransaction = this.reflector.get<boolean>(OWN_TRANSACTION, context.getHandler());

    const answer = this.once(idempotent, () => {
      if (idempotent) setIdempotentRequest(request, idempotent);
      if (ownTransaction) return lastValueFrom(next.handle() as Observable<StoredResponse>);
      const line = this.reflector.get<Line | undefined>(LINE, context.getHandler());
      return this.enter(this.entrances.of(request, line), idempotent, () =>
        this.inOneTransaction(request, response.statusCode, next, idempotent),
      );
    });
    return from(answer).pipe(
      tap(this.metrics),
      map((stored) => send(response, stored)),
    );
  }

  private async once(
    idempotent: IdempotentRequest | undefined,
    execute: () => Promise<StoredResponse>,
  ): Promise<StoredResponse> {
    if (!idempotent) return execute();
    const id = identity(idempotent.apiKeyId, idempotent.key);
    if (this.inFlight.has(id)) throw new IdempotentRequestInProgress();
    this.inFlight.add(id);
    try {
      return await execute();
    } finally {
      this.inFlight.delete(id);
    }
  }

  /** A line that does not move is only for the first request with its key: the others are told at once. */
  private async enter(
    entrance: Entrance,
    idempotent: IdempotentRequest | undefined,
    write: () => Promise<StoredResponse>,
  ): Promise<StoredResponse> {
    if (!idempotent) return entrance(write);
    try {
      return await entrance(write, { unlessHeldUp: true });
    } catch (error) {
      if (!(error instanceof LineHeldUp)) throw error;
    }
    const known = await this.transactions.run((manager) => this.begin(manager, idempotent));
    return known ?? entrance(write);
  }

  private inOneTransaction(
    request: WriteRequest,
    status: number,
    next: CallHandler,
    idempotent: IdempotentRequest | undefined,
  ): Promise<StoredResponse> {
    return this.transactions.run(async (manager) => {
      setManager(request, manager);
      const execute = () => answerOf(status, next.handle());
      if (!idempotent) return execute();

      const known = await this.begin(manager, idempotent);
      if (known) return known;
      const answer = await executeOrRefuse(manager, requestIdOf(request), execute);
      withCommit(manager, this.store.record(manager, [{ request: idempotent, response: answer }]));
      return answer;
    });
  }

  /**
   * Claims the key until the transaction ends. Returns the stored answer, if there is one.
   *
   * @throws IdempotentRequestInProgress, IdempotencyKeyReused, AnswerErased
   */
  private async begin(
    manager: EntityManager,
    idempotent: IdempotentRequest,
  ): Promise<StoredResponse | undefined> {
    const [beginning] = await this.store.begin(manager, [idempotent]);
    if (beginning!.state === 'done') return beginning!.response;
    const refusal = refusalOf(beginning!);
    if (refusal) throw refusal;
    return undefined;
  }
}

/** What the handler returns, or the refusal that it has recorded and that commits with its work. */
async function answerOf(status: number, handled: Observable<unknown>): Promise<StoredResponse> {
  try {
    return freshResponse(status, await lastValueFrom(handled));
  } catch (error) {
    if (error instanceof RecordedRefusal) return error.response;
    throw error;
  }
}

/** Runs `execute`; a refusal undoes what it did and becomes the answer, in the same transaction. */
async function executeOrRefuse(
  manager: EntityManager,
  requestId: string,
  execute: () => Promise<StoredResponse>,
): Promise<StoredResponse> {
  const undo = await savepoint(manager, 'operation');
  try {
    return await execute();
  } catch (error) {
    if (!isDecision(error)) throw error;
    await undo();
    return refusalResponse(error, requestId);
  }
}

function idempotentRequest(request: WriteRequest, sealed: boolean): IdempotentRequest | undefined {
  const key = request.header('idempotency-key');
  if (key === undefined) return undefined;
  if (!/^[\x20-\x7e]{1,255}$/.test(key)) throw new IdempotencyKeyInvalid();
  const { apiKeyId, organizationId } = callerOf(request);
  const { method, originalUrl: url } = request;
  const body: unknown = request.body;
  return {
    organizationId,
    apiKeyId,
    key,
    fingerprint: fingerprint({ method, url, body }),
    seal: sealed ? new AnswerSeal(request.header('x-api-key')!, key) : undefined,
  };
}

/** Nest sends a string as it is, with the status of the route; a refusal has another status and goes by the filter. */
function send(response: Response, stored: StoredResponse): string {
  if (stored.replayed) response.setHeader('Idempotent-Replay', 'true');
  if (stored.status >= 400) throw new RecordedRefusal(stored);
  response.type('application/json');
  return stored.body;
}
