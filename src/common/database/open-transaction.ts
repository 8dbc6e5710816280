import type { PoolClient } from 'pg';
import type { EntityManager, QueryRunner } from 'typeorm';
import { inOneRoundTrip, type Sent } from './round-trip';

/**
 * How long a transaction waits for a lock, and how long the server waits for the next statement before it takes the
 * locks away: a process that hangs, or a machine that is cut off, must not stop everybody else's sales.
 */
const BEGIN = `
  START TRANSACTION; SET LOCAL lock_timeout = '2s'; SET LOCAL idle_in_transaction_session_timeout = '10s'`;

const OPEN = new WeakMap<EntityManager, OpenTransaction>();

/** @throws Error when `manager` is not in a transaction of `Transactions` */
export function openTransactionOf(manager: EntityManager): OpenTransaction {
  const transaction = OPEN.get(manager);
  if (!transaction) throw new Error('There is no open transaction');
  return transaction;
}

/** A transaction from START to its end, which `Transactions` bring about. */
export class OpenTransaction {
  /** Called once it has committed. */
  readonly listeners: (() => void)[] = [];
  /** Sent already. COMMIT follows in the same round trip. */
  readonly underWay: Sent<unknown>[] = [];
  readonly started: Promise<unknown>;

  private constructor(
    private readonly queryRunner: QueryRunner,
    readonly client: PoolClient,
  ) {
    OPEN.set(queryRunner.manager, this);
    this.tellTypeOrm(true);
    this.started = client.query(BEGIN);
    // Whoever does not wait for the start still gets no further than to the first answer.
    this.started.catch(() => this.close());
  }

  static async begin(queryRunner: QueryRunner): Promise<OpenTransaction> {
    return new OpenTransaction(queryRunner, (await queryRunner.connect()) as PoolClient);
  }

  /** After a statement that fails PostgreSQL takes none but the end, and answers COMMIT with a rollback. */
  async commit(): Promise<void> {
    this.close();
    const committed = this.client.query('COMMIT');
    await inOneRoundTrip(...this.underWay, committed);
    if ((await committed).command !== 'COMMIT') throw new Error('A statement had failed, and nobody told');
  }

  /** Returns what went wrong first: what fails after a statement that nobody waited for fails because of that. */
  async rollback(error: unknown): Promise<unknown> {
    this.close();
    // On a broken connection the server has rolled back already.
    await this.client.query('ROLLBACK').catch(() => undefined);
    const failed = (await Promise.allSettled(this.underWay)).find(({ status }) => status === 'rejected');
    return failed ? (failed as PromiseRejectedResult).reason : error;
  }

  private close(): void {
    OPEN.delete(this.queryRunner.manager);
    this.tellTypeOrm(false);
  }

  /** TypeORM cannot send START TRANSACTION without waiting. As it knows of ours, what it begins inside are savepoints. */
  private tellTypeOrm(active: boolean): void {
    Object.assign(this.queryRunner, { isTransactionActive: active, transactionDepth: active ? 1 : 0 });
  }
}
