import { Injectable } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { describeFault } from '../common/errors/fault';
import { DELIVERIES_AT_ONCE, MessageDelivery } from './message-delivery';
import type { OutboxMessage } from './outbox-message.entity';
import { Transport } from './transport';

/** Delivers in this process, for installations without Redis. A message that must be retried returns by its lease. */
@Injectable()
export class InProcessTransport extends Transport {
  readonly leaseSeconds = 60;
  private readonly active = new Set<Promise<void>>();
  private readonly listeners: (() => void)[] = [];

  constructor(
    private readonly delivery: MessageDelivery,
    private readonly logger: PinoLogger,
  ) {
    super();
  }

  override capacity(): number {
    return DELIVERIES_AT_ONCE - this.active.size;
  }

  override handOver(messages: OutboxMessage[]): Promise<void> {
    for (const message of messages) {
      const delivery = this.deliver(message).finally(() => {
        this.active.delete(delivery);
        this.listeners.forEach((listener) => listener());
      });
      this.active.add(delivery);
    }
    return Promise.resolve();
  }

  override onCapacity(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** What this process loses it cannot tell any more; leases bring it back. */
  override onLoss(): void {
    // Nothing to listen to.
  }

  override async drain(): Promise<void> {
    await Promise.all(this.active);
  }

  private async deliver(message: OutboxMessage): Promise<void> {
    try {
      await this.delivery.deliver(message);
    } catch (error) {
      this.logger.error({ message: message.id, fault: describeFault(error) }, 'Delivery interrupted');
    }
  }
}
