import { Injectable } from '@nestjs/common';
import type { PoolClient } from 'pg';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import { DomainError } from '../errors/domain-error';
import { isDatabaseUnreachable, isTransient } from './postgres-error';
import { inOneRoundTrip } from './statements';

const ATTEMPTS = 3;

/**
 * How long a transaction waits for a lock, and how long the server waits for the next statement before it takes the
 * locks away: a process that hangs, or a machine that is cut off, must not stop everybody else's sales.
 */
const LIMITS = `SET LOCAL lock_timeout = '2s'; SET LOCAL idle_in_transaction_session_timeout = '10s'`;

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

/** Runs `work` again, three times in all, while it fails with a deadlock or a serialization failure. */
export async function retryTransient<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === ATTEMPTS || !isTransient(error)) throw error;
    }
  }
}

const AFTER_COMMIT = new WeakMap<EntityManager, (() => void)[]>();

/** Calls back once the transaction of `manager` has committed, and never when it has not. */
export function afterCommit(manager: EntityManager, listener: () => void): void {
  const listeners = AFTER_COMMIT.get(manager);
  if (!listeners) throw new Error('There is no transaction to wait for');
  listeners.push(listener);
}

export async function inTransaction<T>(
  queryRunner: QueryRunner,
  work: (manager: EntityManager) => Promise<T>,
): Promise<T> {
  let result: T;
  const listeners: (() => void)[] = [];
  AFTER_COMMIT.set(queryRunner.manager, listeners);
  const client = (await queryRunner.connect()) as PoolClient;
  await queryRunner.startTransaction();
  try {
    // Sent at once, so ahead of the first statement of `work`.
    [, result] = await inOneRoundTrip(client.query(LIMITS), work(queryRunner.manager));
  } catch (error) {
    // On a broken connection the server has rolled back already; the first error is the one that tells why.
    await queryRunner.rollbackTransaction().catch(() => undefined);
    throw error;
  }
  try {
    await queryRunner.commitTransaction();
  } catch (error) {
    await queryRunner.rollbackTransaction().catch(() => undefined);
    throw isDatabaseUnreachable(error) ? new CommitOutcomeUnknown() : error;
  }
  listeners.forEach((listener) => listener());
  return result;
}
