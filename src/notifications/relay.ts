import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { PinoLogger } from 'nestjs-pino';
import type { EntityManager } from 'typeorm';
import type { Transactions } from '../common/database/transactions';
import { describeFault } from '../common/errors/fault';
import type { Parcel, Transport } from './transport';

const POLL_MS = 1_000;

/** Rows that wait to be delivered, each leased to whoever takes it. */
export interface Backlog<Row extends Parcel> {
  /** Open rows that nobody has, locked; those that another relay looks at are passed over. */
  takeAvailable(manager: EntityManager, limit: number): Promise<Row[]>;
  lease(manager: EntityManager, rows: readonly Row[], seconds: number): Promise<void>;
  /** Makes rows that may be leased for these seconds available at once, unless they are being delivered right now. */
  endLeases(seconds: number): Promise<void>;
}

/**
 * Hands committed rows to a transport: when it is nudged, and once a second for whatever was missed. Any number of
 * relays may run; each row is taken by one.
 */
export abstract class Relay<Row extends Parcel> implements OnApplicationBootstrap, BeforeApplicationShutdown {
  /** What they are, for the log. */
  protected abstract readonly rows: string;
  private timer?: NodeJS.Timeout;
  private running?: Promise<void>;
  private again = false;
  private stopped = false;
  private failing = false;

  constructor(
    private readonly transactions: Transactions,
    private readonly backlog: Backlog<Row>,
    private readonly transport: Transport,
    private readonly logger: PinoLogger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.nudge(), POLL_MS);
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
        if (this.failing) this.logger.info(`${this.rows} are handed over again`);
        this.failing = false;
      } catch (error) {
        // Told once: the rows wait, and the next poll tries again.
        if (!this.failing)
          this.logger.warn({ fault: describeFault(error) }, `${this.rows} wait to be handed over`);
        this.failing = true;
      }
    }
  }

  /** Hands over one portion and tells how many rows it had. */
  private async relay(): Promise<number> {
    const capacity = await this.transport.capacity();
    if (capacity <= 0) return 0;
    return this.transactions.run(async (manager) => {
      const rows = await this.backlog.takeAvailable(manager, capacity);
      if (rows.length === 0) return 0;
      await this.backlog.lease(manager, rows, this.transport.leaseSeconds);
      await this.transport.handOver(rows);
      return rows.length;
    });
  }

  private async handOverAgain(): Promise<void> {
    try {
      await this.backlog.endLeases(this.transport.leaseSeconds);
    } catch (error) {
      this.logger.warn({ fault: describeFault(error) }, 'Leases not ended; they run out by themselves');
    }
    this.nudge();
  }
}
