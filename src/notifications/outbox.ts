import { EventEmitter } from 'node:events';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { NOTHING_TO_SEND, type Sent } from '../common/database/round-trip';
import { execute, type Statement } from '../common/database/statements';
import { afterCommit } from '../common/database/transactions';
import { newId } from '../common/ids/ids';
import { Tracing } from '../common/observability/tracing';
import { EMAIL_QUEUE, type OutboxQueue } from './outbox-queues';

export interface NewMessage {
  organizationId: string;
  /** Names the handler that will deliver it. */
  type: string;
  /** Default: mail. */
  queue?: OutboxQueue;
  /** Ids, no content. */
  payload: Record<string, unknown>;
  /** Of what it follows from, when that is not what is being done now. */
  traceparent?: string;
}

const ADD: Statement = {
  name: 'outbox-add',
  text: `
    INSERT INTO outbox_messages (organization_id, id, type, queue, payload, traceparent)
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::jsonb[], $6::text[])`,
};

/** In a rush many transactions commit in this time, and what they have written is handed over together. */
const GATHER_MS = 20;

/** Records messages in the transaction of the change that they tell of. The relay sends them after the commit. */
@Injectable()
export class Outbox {
  private readonly added = new EventEmitter();
  private readonly pending = new Set<OutboxQueue>();

  constructor(private readonly tracing: Tracing) {}

  add(manager: EntityManager, messages: readonly NewMessage[]): Sent<unknown> {
    if (messages.length === 0) return NOTHING_TO_SEND;
    const queues = messages.map(({ queue = EMAIL_QUEUE }) => queue);
    const sent = execute(manager, ADD, [
      messages.map(({ organizationId }) => organizationId),
      messages.map(() => newId('outboxMessage')),
      messages.map(({ type }) => type),
      queues,
      messages.map(({ payload }) => JSON.stringify(payload)),
      messages.map(({ traceparent }) => traceparent ?? this.tracing.current ?? null),
    ]);
    afterCommit(manager, () => new Set(queues).forEach((queue) => this.announce(queue)));
    return sent;
  }

  onAdded(queue: OutboxQueue, listener: () => void): void {
    this.added.on(queue, listener);
  }

  private announce(queue: OutboxQueue): void {
    if (this.pending.has(queue)) return;
    this.pending.add(queue);
    const announce = () => {
      this.pending.delete(queue);
      this.added.emit(queue);
    };
    setTimeout(announce, GATHER_MS).unref();
  }
}
