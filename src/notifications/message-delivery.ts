import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import type { Counter } from 'prom-client';
import type { EntityManager } from 'typeorm';
import { leaveUnfollowed } from '../common/database/change-horizon';
import { afterCommit, savepoint, Transactions } from '../common/database/transactions';
import { describeFault } from '../common/errors/fault';
import { Metrics } from '../common/observability/metrics';
import { Tracing } from '../common/observability/tracing';
import { MessageHandlers, PermanentFailure } from './message-handlers';
import type { OutboxMessage } from './outbox-message.entity';
import { OutboxRepository } from './outbox.repository';
import type { RowReference } from './transport';

/** With the delays between them about a day: mail servers are away for hours, and greylisting asks for patience. */
const ATTEMPTS = 36;
const MOST_SECONDS = 3_600;

/** A mail server may be slower than a transaction of the API is allowed to be. */
const PATIENCE = `SET LOCAL idle_in_transaction_session_timeout = '2min'`;

/** Exponential: 1, 2, 4 … seconds after the first, second, third … failure, and once an hour in the end. */
export function backoffSeconds(failures: number): number {
  return Math.min(2 ** (failures - 1), MOST_SECONDS);
}

/**
 * Delivers one message, at least once. Its row stays locked while the handler works, so no two processes deliver it
 * at the same time, and a message that is delivered or given up is left alone. It goes out twice when the commit that
 * records its delivery is lost (docs/delivery.md lists how).
 */
@Injectable()
export class MessageDelivery {
  private readonly attempts: Counter<'type' | 'outcome'>;

  constructor(
    private readonly transactions: Transactions,
    private readonly repository: OutboxRepository,
    private readonly handlers: MessageHandlers,
    private readonly logger: PinoLogger,
    private readonly tracing: Tracing,
    metrics: Metrics,
  ) {
    this.attempts = metrics.counter(
      'usher_message_delivery_attempts_total',
      'Attempts to deliver a message of the outbox',
      ['type', 'outcome'],
    );
  }

  async deliver({ organizationId, id }: RowReference): Promise<void> {
    await this.transactions.run(async (manager) => {
      await manager.query(PATIENCE);
      const message = await this.repository.lockOpen(manager, organizationId, id);
      if (!message) return;
      const undo = await savepoint(manager, 'handling');
      await this.noteDelivered(manager, message);
      if (this.handlers.isReadOnly(message)) await leaveUnfollowed(manager);
      try {
        const { type, traceparent: parent } = message;
        await this.tracing.run({ name: `deliver ${type}`, parent }, () =>
          this.handlers.handle(message, manager),
        );
      } catch (error) {
        await undo();
        await this.noteFailure(manager, message, error);
        return;
      }
      this.count(manager, message, 'delivered');
    });
  }

  /** Before it is handled: what is sent can no longer be called back, so nothing but COMMIT may be left by then. */
  private async noteDelivered(manager: EntityManager, message: OutboxMessage): Promise<void> {
    if (this.handlers.isTransient(message)) await this.repository.remove(manager, message);
    else await this.repository.noteDelivered(manager, message);
  }

  private count(manager: EntityManager, { type }: OutboxMessage, outcome: string): void {
    afterCommit(manager, () => this.attempts.inc({ type, outcome }));
  }

  private async noteFailure(manager: EntityManager, message: OutboxMessage, error: unknown): Promise<void> {
    const failures = message.attempts + 1;
    const final = error instanceof PermanentFailure || failures >= ATTEMPTS;
    const fault = describeFault(error);
    this.logger.warn({ message: message.id, failures, final, fault }, 'Message not delivered');
    await this.repository.noteFailure(manager, message, {
      error: fault.message.slice(0, 500),
      final,
      retryInSeconds: backoffSeconds(failures),
    });
    this.count(manager, message, final ? 'failed' : 'retrying');
  }
}
