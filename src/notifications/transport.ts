import type { OutboxMessage } from './outbox-message.entity';

/** Carries messages from the outbox to `MessageDelivery`: through Bull, or within the process. */
export abstract class Transport {
  /** Seconds after which a message that was handed over and is still open is handed over again. */
  abstract readonly leaseSeconds: number;

  /** How many messages it takes now. */
  abstract capacity(): number;

  /**
   * Takes messages over, or rejects when it may not have taken all. Taking one that it has already is harmless. Runs
   * while the rows are locked: it returns soon and delivers later.
   */
  abstract handOver(messages: OutboxMessage[]): Promise<void>;

  /** Calls back when it may take more after `capacity` was 0. */
  abstract onCapacity(listener: () => void): void;

  /** Calls back when it may have lost what it had taken. */
  abstract onLoss(listener: () => void): void;

  /** Resolves when nothing is being delivered any more. */
  abstract drain(): Promise<void>;
}
