/** Names a row that waits to be delivered; all that a queue needs to carry. */
export interface RowReference {
  organizationId: string;
  id: string;
}

/** A row as transports see it. */
export interface Parcel extends RowReference {
  /** Says in a queue's lists what a job is about. */
  type: string;
}

/** Carries rows from their relay to whoever delivers them: through Bull, or within the process. */
export abstract class Transport {
  /** Seconds after which a row that was handed over and is still open is handed over again. */
  abstract readonly leaseSeconds: number;

  /** How many rows it takes now. Asked while nothing is locked. */
  abstract capacity(): number | Promise<number>;

  /**
   * Takes rows over, or rejects when it may not have taken all. Taking one that it has already is harmless. Runs while
   * the rows are locked: it returns soon and delivers later.
   */
  abstract handOver(parcels: readonly Parcel[]): Promise<void>;

  /** Calls back when it may take more after `capacity` was 0. */
  abstract onCapacity(listener: () => void): void;

  /** Calls back when it may have lost what it had taken. */
  abstract onLoss(listener: () => void): void;

  /** Resolves when nothing is being delivered any more. */
  abstract drain(): Promise<void>;
}
