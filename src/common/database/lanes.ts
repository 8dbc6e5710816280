import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EntityManager, QueryRunner } from 'typeorm';
import { Overloaded, ServiceUnavailable } from '../errors/request.errors';
import { isDatabaseUnreachable, isLockTimeout, isOutOfResources } from './postgres-error';
import { CommitOutcomeUnknown, inTransaction, retryTransient } from './transactions';

export interface LanesOptions<Command, Result> {
  lanes: number;
  /** How many commands a transaction should have to be worth its cost. With fewer it begins when no more are coming in. */
  desiredBatch: number;
  /** Most commands in one transaction. */
  maxBatch: number;
  /** Most commands that wait in one lane; beyond it a command is refused with `Overloaded`. */
  maxWaiting: number;
  connect(): Promise<QueryRunner>;
  /** What a command contends for. Commands of one key are decided in the order of their arrival. */
  keyOf(command: Command): string;
  /** Stands around the transaction that a batch shares: must call `settle`, which never rejects, and wait for it. */
  around(batch: readonly Taken<Command>[], settle: () => Promise<void>): Promise<void>;
  /**
   * Does the work of a whole batch; answers in the order of the commands. Runs again when the transaction does. Begins by
   * reading and locking, which is sent together with START TRANSACTION.
   */
  work(manager: EntityManager, commands: readonly Command[]): Promise<Result[]>;
}

export interface Taken<Command> {
  command: Command;
  /** When it was submitted, on the clock of `performance.now()`. */
  since: number;
}

interface Waiting<Command, Result> extends Taken<Command> {
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

interface Lane<Command, Result> {
  waiting: Waiting<Command, Result>[];
  running?: Promise<void>;
}

/**
 * Smart batching, "group commit in the application": each lane runs one transaction at a time, and what arrives
 * meanwhile is the next batch. Row locks, round trips and the fsync are paid once per batch. A lone command runs at
 * once; in a rush a small batch waits while more commands come in, but nothing ever waits on a timer.
 *
 * A batch fails as a whole only when the database is out of reach or of resources. Any other exception splits it, so
 * that no command fails for its neighbour.
 */
export class Lanes<Command, Result> {
  private readonly lanes: Lane<Command, Result>[];
  private closed = false;
  private submitted = 0;

  constructor(private readonly options: LanesOptions<Command, Result>) {
    this.lanes = Array.from({ length: options.lanes }, () => ({ waiting: [] }));
  }

  submit(command: Command): Promise<Result> {
    const lane = this.laneOf(command);
    if (this.closed || lane.waiting.length >= this.options.maxWaiting)
      return Promise.reject(new Overloaded());
    this.submitted++;
    return new Promise((resolve, reject) => {
      lane.waiting.push({ command, since: performance.now(), resolve, reject });
      lane.running ??= this.run(lane);
    });
  }

  /** How many commands wait for a transaction. */
  get waiting(): number {
    return this.lanes.reduce((sum, { waiting }) => sum + waiting.length, 0);
  }

  /** Takes no more commands and resolves when all that were taken are answered. */
  async close(): Promise<void> {
    this.closed = true;
    for (const lane of this.lanes) await lane.running;
  }

  private laneOf(command: Command): Lane<Command, Result> {
    return this.lanes[hash(this.options.keyOf(command)) % this.lanes.length]!;
  }

  private async run(lane: Lane<Command, Result>): Promise<void> {
    while (lane.waiting.length > 0) await this.runNextBatch(lane);
    lane.running = undefined;
  }

  /** Waits for company while every turn of the event loop brings a command: those that are behind it come at once, too. */
  private async gather({ waiting }: Lane<Command, Result>): Promise<void> {
    let seen = -1;
    while (this.submitted > seen && waiting.length < this.options.desiredBatch) {
      seen = this.submitted;
      await nextTurn();
    }
  }

  private async runNextBatch(lane: Lane<Command, Result>): Promise<void> {
    await this.gather(lane);
    let queryRunner: QueryRunner;
    try {
      queryRunner = await this.options.connect();
    } catch (error) {
      for (const { reject } of lane.waiting.splice(0)) reject(error);
      return;
    }
    // The batch is cut as late as possible: what arrived while waiting for the connection takes part.
    const batch = lane.waiting.splice(0, this.options.maxBatch);
    try {
      await this.options.around(batch, () => this.settle(queryRunner, batch));
    } finally {
      await queryRunner.release();
    }
  }

  /** Answers every command of the batch; never rejects. */
  private async settle(queryRunner: QueryRunner, batch: Waiting<Command, Result>[]): Promise<void> {
    try {
      const commands = batch.map(({ command }) => command);
      const results = await retryTransient(() =>
        inTransaction(queryRunner, (manager) => this.options.work(manager, commands), { eager: true }),
      );
      batch.forEach(({ resolve }, index) => resolve(results[index]!));
    } catch (error) {
      const parts = this.split(batch, error);
      if (parts.length < 2) {
        for (const { reject } of batch) reject(isLockTimeout(error) ? new ServiceUnavailable() : error);
      } else {
        for (const part of parts) await this.settle(queryRunner, part);
      }
    }
  }

  /**
   * A lock that is held elsewhere concerns one key only, so the batch falls apart by key. Anything else is looked for
   * by halving. What may have been committed, or cannot be because the connection is gone or the disk is full, is not
   * run again.
   */
  private split(batch: Waiting<Command, Result>[], error: unknown): Waiting<Command, Result>[][] {
    if (error instanceof CommitOutcomeUnknown) return [];
    if (isDatabaseUnreachable(error) || isOutOfResources(error)) return [];
    if (isLockTimeout(error)) {
      return groupBy(batch, ({ command }) => this.options.keyOf(command));
    }
    const middle = Math.ceil(batch.length / 2);
    return [batch.slice(0, middle), batch.slice(middle)].filter((half) => half.length > 0);
  }
}

/** FNV-1a: spreads keys evenly and costs nothing. */
function hash(key: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) {
    value = Math.imul(value ^ key.charCodeAt(index), 0x01000193);
  }
  return value >>> 0;
}

function groupBy<T>(items: T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups.values()];
}
