import { setImmediate as nextTurn } from 'node:timers/promises';
import type { EntityManager, QueryRunner } from 'typeorm';
import { Overloaded, ServiceUnavailable } from '../errors/request.errors';
import { Lane, type Waiting } from './lane';
import { isDatabaseBusy, isDatabaseUnreachable, isLockTimeout, isOutOfResources } from './postgres-error';
import { CommitOutcomeUnknown, inTransaction, Overtaken, retryTransient } from './transactions';

/** How long a transaction may take before those that contend for something else are done beside it. */
const HELD_UP_MS = 100;

/** How long a batch is searched for those that wait for a lock that keys share. Who is not reached by then is refused. */
const SEARCH_MS = 2_000;

export interface LanesOptions<Command, Result> {
  /** Most transactions at a time. All but the first are for when those before them are held up. */
  lanes: number;
  /** How many commands a transaction should have to be worth its cost. With fewer it begins when no more are coming in. */
  desiredBatch: number;
  /** Most commands in one transaction. */
  maxBatch: number;
  /** Most commands that wait in one lane; beyond it a command is refused with `Overloaded`. */
  maxWaiting: number;
  /** Whoever has waited longer when a batch begins is refused: the lock of its key is held, or far too much is asked for. */
  patienceMs: number;
  connect(): Promise<QueryRunner>;
  /** What a command contends for. Commands of one key are decided in the order of their arrival. */
  keyOf(command: Command): string;
  /** Stands around the transaction that a batch shares: must call `settle`, which never rejects, and wait for it. */
  around(batch: readonly Taken<Command>[], settle: () => Promise<void>): Promise<void>;
  /**
   * Does the work of a whole batch; answers in the order of the commands. Runs again when the transaction does. Begins by
   * reading and locking, which is sent together with START TRANSACTION. What does not depend on the COMMIT may be
   * answered `early`: such a command neither waits for its neighbours nor fails with them. While `searching` for those
   * that wait for a lock that keys share it should wait for that lock for a moment only: it has been waited for.
   */
  work(
    manager: EntityManager,
    commands: readonly Command[],
    early: Early<Command, Result>,
    searching: boolean,
  ): Promise<Result[]>;
  /** Whether the lock that was waited for too long has nothing to do with keys. */
  sharesLock(timeout: unknown): boolean;
}

export type Early<Command, Result> = (command: Command, result: Result) => void;

/** The search in one batch for those that wait for a lock that keys share. */
interface Search {
  /** When it ends, on the clock of `performance.now()`; undefined while there is nothing to search for. */
  until?: number;
}

export type Taken<Command> = Pick<Waiting<Command, never>, 'command' | 'since'>;

/**
 * Smart batching, "group commit in the application": a lane runs one transaction at a time, and what arrives
 * meanwhile is the next batch. Row locks, round trips and the fsync are paid once per batch, so one lane takes all, and
 * its batches are as large as they can be. A lone command runs at once; in a rush a small batch waits while more commands
 * come in, but nothing ever waits on a timer.
 *
 * When a batch is held up, most likely by a lock that somebody else has, what contends for none of its keys goes on in
 * another lane. The commands of a key are in one lane at a time, in the order of their arrival.
 *
 * A batch fails as a whole only when the database is out of reach or of resources. Any other exception splits it, so
 * that no command fails for its neighbour.
 */
export class Lanes<Command, Result> {
  private readonly lanes: Lane<Command, Result>[];
  private closed = false;
  private submitted = 0;

  constructor(private readonly options: LanesOptions<Command, Result>) {
    this.lanes = Array.from({ length: options.lanes }, () => new Lane());
  }

  submit(command: Command): Promise<Result> {
    const key = this.options.keyOf(command);
    const lane = this.laneOf(key);
    if (this.closed || lane.waiting.length >= this.options.maxWaiting)
      return Promise.reject(new Overloaded());
    this.submitted++;
    return new Promise((resolve, reject) => {
      this.enqueue(lane, { command, key, since: performance.now(), resolve, reject });
    });
  }

  /** How many commands wait for a transaction. */
  get waiting(): number {
    return this.lanes.reduce((sum, { waiting }) => sum + waiting.length, 0);
  }

  /** Takes no more commands and resolves when all that were taken are answered. */
  async close(): Promise<void> {
    this.closed = true;
    // One that is held up may still hand over to one that had nothing to do.
    const running = () => this.lanes.flatMap((lane) => lane.running ?? []);
    while (running().length > 0) await Promise.all(running());
  }

  private enqueue(lane: Lane<Command, Result>, one: Waiting<Command, Result>): void {
    lane.add(one);
    lane.running ??= this.run(lane);
  }

  private laneOf(key: string): Lane<Command, Result> {
    return this.lanes.find((lane) => lane.knows(key)) ?? this.freeLane() ?? this.lanes[0]!;
  }

  private freeLane(): Lane<Command, Result> | undefined {
    return this.lanes.find(({ heldUp }) => !heldUp);
  }

  /** Lets those go on elsewhere that need not wait for the batch of this lane. */
  private relieve(lane: Lane<Command, Result>): void {
    lane.heldUp = true;
    const free = this.freeLane();
    const others = free ? lane.takeAwayOthers() : [];
    for (const other of others) this.enqueue(free!, other);
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
    const late = lane.takeAwayLate(performance.now() - this.options.patienceMs);
    for (const { reject } of late) reject(new ServiceUnavailable());
    if (lane.waiting.length === 0) return;
    await this.gather(lane);
    let queryRunner: QueryRunner;
    try {
      queryRunner = await this.options.connect();
    } catch (error) {
      for (const { reject } of lane.takeAway()) reject(error);
      return;
    }
    // The batch is cut as late as possible: what arrived while waiting for the connection takes part.
    const batch = lane.begin(this.options.maxBatch);
    const heldUp = setTimeout(() => this.relieve(lane), HELD_UP_MS);
    try {
      await this.options.around(batch, () => this.settle(queryRunner, batch));
    } finally {
      clearTimeout(heldUp);
      lane.end();
      await queryRunner.release();
    }
  }

  /** Answers every command of the batch; never rejects. */
  private async settle(
    queryRunner: QueryRunner,
    batch: Waiting<Command, Result>[],
    search: Search = {},
  ): Promise<void> {
    const { until } = search;
    if (until !== undefined && performance.now() > until) {
      for (const { reject } of batch) reject(new ServiceUnavailable());
      return;
    }
    try {
      await retryTransient(() => this.attempt(queryRunner, batch.filter(isOpen), until !== undefined));
    } catch (error) {
      if (this.isSharedLock(error)) search.until ??= performance.now() + SEARCH_MS;
      const open = batch.filter(isOpen);
      const parts = this.split(open, error);
      if (parts.length < 2) {
        for (const { reject } of open) reject(inTheEnd(error));
      } else {
        for (const part of parts) await this.settle(queryRunner, part, search);
      }
    }
  }

  private async attempt(
    queryRunner: QueryRunner,
    batch: readonly Waiting<Command, Result>[],
    searching: boolean,
  ): Promise<void> {
    const commands = batch.map(({ command }) => command);
    const early: Early<Command, Result> = (command, result) => {
      const one = batch[commands.indexOf(command)]!;
      one.answered = true;
      one.resolve(result);
    };
    const work = (manager: EntityManager) => this.options.work(manager, commands, early, searching);
    const results = await inTransaction(queryRunner, work, { eager: true });
    batch.forEach(({ resolve }, index) => resolve(results[index]!));
  }

  /**
   * A lock that is held elsewhere concerns one key, so the batch falls apart by key, unless keys share it. Anything else is
   * looked for by halving. What may have been committed, or cannot be because the connection is gone or the disk is
   * full, is not run again.
   */
  private split(batch: Waiting<Command, Result>[], error: unknown): Waiting<Command, Result>[][] {
    if (error instanceof CommitOutcomeUnknown) return [];
    if (isDatabaseUnreachable(error) || isOutOfResources(error)) return [];
    if (isLockTimeout(error) && !this.isSharedLock(error)) return groupBy(batch, ({ key }) => key);
    const middle = Math.ceil(batch.length / 2);
    return [batch.slice(0, middle), batch.slice(middle)].filter((half) => half.length > 0);
  }

  private isSharedLock(error: unknown): boolean {
    return isLockTimeout(error) && this.options.sharesLock(error);
  }
}

/** What lost to others until the end is refused: who is told that it lost would run more than this again. */
function inTheEnd(error: unknown): unknown {
  return error instanceof Overtaken || isDatabaseBusy(error) ? new ServiceUnavailable() : error;
}

function isOpen({ answered }: { answered?: boolean }): boolean {
  return !answered;
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
