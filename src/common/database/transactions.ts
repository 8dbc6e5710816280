import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import { DomainError } from '../errors/domain-error';
import { ServiceUnavailable } from '../errors/request.errors';
import { OpenTransaction, openTransactionOf } from './open-transaction';
import { isDatabaseUnreachable, isTransient } from './postgres-error';
import { inOneRoundTrip, type Sent } from './round-trip';

const ATTEMPTS = 3;

/** The connection broke while COMMIT was under way, so nobody can tell whether the work was done. */
export class CommitOutcomeUnknown extends DomainError {
  constructor() {
    super({
      kind: 'unavailable',
      code: 'outcome_unknown',
      message:
        'The connection to the database broke while the work was being committed. ' +
        'Retry with the same Idempotency-Key to learn the outcome.',
      retryAfterSeconds: 1,
    });
  }
}

/** Another transaction has taken what this one had found free. It may be run again from its start. */
export class Overtaken extends ServiceUnavailable {}

@Injectable()
export class Transactions {
  constructor(private readonly dataSource: DataSource) {}

  /** Runs `work` in one transaction; from its start again when it lost against another transaction. */
  async run<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const queryRunner = await this.connect();
    try {
      return await retryTransient(() => inTransaction(queryRunner, work));
    } finally {
      await queryRunner.release();
    }
  }

  async connect(): Promise<QueryRunner> {
    const queryRunner = this.dataSource.createQueryRunner();
    await queryRunner.connect();
    return queryRunner;
  }
}

/** Runs `work` again, three times in all, while it is overtaken or fails with a deadlock or a serialization failure. */
export async function retryTransient<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const again = error instanceof Overtaken || isTransient(error);
      if (attempt === ATTEMPTS || !again) throw error;
    }
  }
}

/** Calls back once the transaction of `manager` has committed, and never when it has not. */
export function afterCommit(manager: EntityManager, listener: () => void): void {
  openTransactionOf(manager).listeners.push(listener);
}

/**
 * Leaves the last statements of a transaction to COMMIT, which is sent behind them in the same round trip. When one
 * fails nothing is committed, and its error is that of the transaction.
 */
export function withCommit(manager: EntityManager, ...statements: Sent<unknown>[]): void {
  openTransactionOf(manager).underWay.push(...statements);
  // Their errors are looked at when the transaction ends.
  void Promise.allSettled(statements);
}

/**
 * Marks a point that the transaction can be rolled back to by the function that it returns. What was left to COMMIT
 * since then counts no more, whether it failed or not, and no listener that was added since then is called back.
 */
export async function savepoint(manager: EntityManager, name: string): Promise<() => Promise<void>> {
  const { underWay, listeners } = openTransactionOf(manager);
  const [sent, listening] = [underWay.length, listeners.length];
  await manager.query(`SAVEPOINT ${name}`);
  return async () => {
    await manager.query(`ROLLBACK TO SAVEPOINT ${name}`);
    underWay.length = sent;
    listeners.length = listening;
  };
}

export interface TransactionOptions {
  /**
   * Sends the first statements of `work` in the round trip of START TRANSACTION. Should that fail, what TypeORM sends
   * runs by itself: only for work that begins by reading and locking.
   */
  eager?: boolean;
}

export async function inTransaction<T>(
  queryRunner: QueryRunner,
  work: (manager: EntityManager) => Promise<T>,
  { eager = false }: TransactionOptions = {},
): Promise<T> {
  const transaction = await OpenTransaction.begin(queryRunner);
  let result: T;
  try {
    if (!eager) await transaction.started;
    [, result] = await inOneRoundTrip(transaction.started, work(queryRunner.manager));
  } catch (error) {
    throw await transaction.rollback(error);
  }
  try {
    await transaction.commit();
  } catch (error) {
    // Waits until a connection that broke is known to be broken, so that nobody gets it from the pool.
    await transaction.rollback(error);
    throw isDatabaseUnreachable(error) ? new CommitOutcomeUnknown() : error;
  }
  transaction.listeners.forEach((listener) => listener());
  return result;
}
