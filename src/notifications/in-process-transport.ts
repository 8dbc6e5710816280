import type { PinoLogger } from 'nestjs-pino';
import { describeFault } from '../common/errors/fault';
import { type Parcel, type RowReference, Transport } from './transport';

/** Delivers in this process, for installations without Redis. A row that must be retried returns by its lease. */
export class InProcessTransport extends Transport {
  readonly leaseSeconds = 60;
  private readonly active = new Set<Promise<void>>();
  private readonly listeners: (() => void)[] = [];

  constructor(
    private readonly recipient: { deliver(row: RowReference): Promise<void> },
    private readonly mostAtOnce: number,
    private readonly logger: PinoLogger,
  ) {
    super();
  }

  override capacity(): number {
    return this.mostAtOnce - this.active.size;
  }

  override handOver(parcels: readonly Parcel[]): Promise<void> {
    for (const parcel of parcels) {
      const delivery = this.deliver(parcel).finally(() => {
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

  private async deliver(parcel: Parcel): Promise<void> {
    try {
      await this.recipient.deliver(parcel);
    } catch (error) {
      this.logger.error({ row: parcel.id, fault: describeFault(error) }, 'Delivery interrupted');
    }
  }
}
