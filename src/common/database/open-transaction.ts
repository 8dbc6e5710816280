import type { EntityManager, QueryRunner } from 'typeorm';
import { inOneRoundTrip, type Sent } from './round-trip';
import type { RoundTripClient } from './round-trip-client';
import type { Answer, Statement } from './round-trip-query';

/**
 * How long a transaction waits for a lock, and how long the server waits for the next statement before it takes the
 * locks away: a process that hangs, or a machine that is cut off, must not stop everybody else's sales.
 */
const START: Statement = { name: 'start', text: 'START TRANSACTION' };
const LIMIT_LOCKS: Statement = { name: 'limit-locks', text: `SET LOCAL lock_timeout = '2s'` };
const LIMIT_IDLENESS: Statement = {
  name: 'limit-idleness',
  text: `SET LOCAL idle_in_transaction_session_timeout = '10s'`,
};

const COMMIT: Statement = { name: 'commit', text: 'COMMIT' };
const ROLLBACK: Statement = { name: 'rollback', text: 'ROLLBACK' };

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
    private readonly client: RoundTripClient,
  ) {
    OPEN.set(queryRunner.manager, this);
    this.tellTypeOrm(true);
    this.started = inOneRoundTrip(
      ...[START, LIMIT_LOCKS, LIMIT_IDLENESS].map((statement) => this.send(statement, [])),
    );
    // Whoever does not wait for the start still gets no further than to the first answer.
    this.started.catch(() => this.close());
  }

  static async begin(queryRunner: QueryRunner): Promise<OpenTransaction> {
    return new OpenTransaction(queryRunner, (await queryRunner.connect()) as RoundTripClient);
  }

  send<Row extends object>(statement: Statement, values: unknown[]): Promise<Answer<Row>> {
    return this.client.send(statement, values);
  }

  /** After a statement that fails PostgreSQL takes none but the end, and answers COMMIT with a rollback. */
  async commit(): Promise<void> {
    this.close();
    const committed = this.send(COMMIT, []);
    await inOneRoundTrip(...this.underWay, committed);
    if ((await committed).command !== 'COMMIT')
      throw new Error('COMMIT was answered by a rollback: the error of a statement was swallowed');
  }

  /** Returns what went wrong first: what fails after a statement that nobody waited for fails because of that. */
  async rollback(error: unknown): Promise<unknown> {
    this.close();
    this.client.endRoundTrip();
    // On a broken connection the server has rolled back already.
    await this.send(ROLLBACK, []).catch(() => undefined);
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
