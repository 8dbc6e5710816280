import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { Transactions } from '../common/database/transactions';
import { describeFault } from '../common/errors/fault';
import { Outbox } from './outbox';
import { OutboxRepository } from './outbox.repository';
import { Transport } from './transport';

const POLL_MS = 1_000;

/**
 * Hands committed messages to the transport: soon after they are written, and once a second for whatever was missed.
 * Any number of relays may run; each row is taken by one.
 */
@Injectable()
export class OutboxRelay implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer?: NodeJS.Timeout;
  private running?: Promise<void>;
  private again = false;
  private stopped = false;
  private failing = false;

  constructor(
    private readonly transactions: Transactions,
    private readonly repository: OutboxRepository,
    private readonly outbox: Outbox,
    private readonly transport: Transport,
    private readonly logger: PinoLogger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.nudge(), POLL_MS);
    this.outbox.onAdded(() => this.nudge());
    this.transport.onCapacity(() => this.nudge());
    this.transport.onLoss(() => void this.handOverAgain());
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.running;
    await this.transport.drain();
  }

  nudge(): void {
    if (this.stopped) return;
    this.again = true;
    this.running ??= this.run().finally(() => (this.running = undefined));
  }

  private async run(): Promise<void> {
    while (this.again && !this.stopped) {
      this.again = false;
      try {
        if ((await this.relay()) > 0) this.again = true;
        if (this.failing) this.logger.info('Messages are handed over again');
        this.failing = false;
      } catch (error) {
        // Told once: the rows wait, and the next poll tries again.
        if (!this.failing) this.logger.warn({ fault: describeFault(error) }, 'Messages wait in the outbox');
        this.failing = true;
      }
    }
  }

  /** Hands over one portion and tells how many messages it had. */
  private async relay(): Promise<number> {
    const capacity = this.transport.capacity();
    if (capacity <= 0) return 0;
    return this.transactions.run(async (manager) => {
      const messages = await this.repository.takeAvailable(manager, capacity);
      if (messages.length === 0) return 0;
      await this.repository.lease(manager, messages, this.transport.leaseSeconds);
      await this.transport.handOver(messages);
      return messages.length;
    });
  }

  private async handOverAgain(): Promise<void> {
    try {
      await this.repository.endLeases(this.transport.leaseSeconds);
    } catch (error) {
      this.logger.warn({ fault: describeFault(error) }, 'Leases not ended; they run out by themselves');
    }
    this.nudge();
  }
}
