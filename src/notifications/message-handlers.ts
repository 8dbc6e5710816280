import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { OutboxMessage } from './outbox-message.entity';

/**
 * Delivers one message. May be called again for the same message when it throws or when the process dies. What it writes
 * with `manager` commits together with the message's being delivered, and is undone when it throws.
 */
export type MessageHandler = (message: OutboxMessage, manager: EntityManager) => Promise<void>;

/** Thrown by a handler when trying again cannot help, for example because the mail server refuses the address. */
export class PermanentFailure extends Error {}

/** Which feature delivers which type of message. Features register themselves; this module knows none of them. */
@Injectable()
export class MessageHandlers {
  private readonly handlers = new Map<string, MessageHandler>();
  private readonly transient = new Set<string>();
  private readonly readOnly = new Set<string>();

  /**
   * Messages that are `transient` are removed when they are delivered: nobody asks what became of them. A handler that is
   * `readOnly` can write nothing, and may take its time: nobody who follows changes has to wait for it.
   */
  register(type: string, handler: MessageHandler, { transient = false, readOnly = false } = {}): void {
    if (this.handlers.has(type)) throw new Error(`Messages of type ${type} already have a handler`);
    this.handlers.set(type, handler);
    if (transient) this.transient.add(type);
    if (readOnly) this.readOnly.add(type);
  }

  isTransient({ type }: OutboxMessage): boolean {
    return this.transient.has(type);
  }

  isReadOnly({ type }: OutboxMessage): boolean {
    return this.readOnly.has(type);
  }

  handle(message: OutboxMessage, manager: EntityManager): Promise<void> {
    const handler = this.handlers.get(message.type);
    if (!handler) throw new Error(`Nobody handles messages of type ${message.type}`);
    return handler(message, manager);
  }
}
