import type { EventEmitter } from 'node:events';
import * as pg from 'pg';
import { Client, type ClientConfig } from 'pg';
import { KeptPlans } from './kept-plans';
import { isSessionEnded } from './postgres-error';
import {
  type Answer,
  giveUpAfter,
  RoundTrip,
  type Sendable,
  type Statement,
  type Stream,
} from './round-trip-query';

/** Turns a value into what is sent for it: not in the driver's types. */
const { prepareValue } = (pg as unknown as { utils: { prepareValue: (value: unknown) => Sendable } }).utils;

/**
 * A machine that has vanished without a word never answers, and whoever waits for it holds events and connections. Far
 * longer than the locks that a statement waits for, and than a COMMIT waits for the disk.
 */
const ANSWER_MS = 30_000;

interface RoundTripClientOptions {
  /** Whether statements may be sent under their names. */
  preparedStatements: boolean;
  /** After how long without an answer the connection is given up; 0: never. Default: half a minute. */
  answerMs?: number;
}

/** What the driver does not declare of its client. */
interface Driver {
  readonly connection: EventEmitter & { readonly stream: Stream };
  /** Whether the pool may give it to anybody. */
  _queryable: boolean;
}

/**
 * A client whose statements can share a round trip, both ways: those that are sent between two turns of the event loop leave
 * in one system call with a single Sync behind them, so PostgreSQL sends all their answers at once. The driver's own
 * pipeline has it send each by itself, and program and database wake each other up for every statement.
 *
 * After a statement that fails the server skips the rest, up to the Sync (PostgreSQL, "Extended Query", Pipelining): they
 * fail with the same error.
 */
export class RoundTripClient extends Client {
  private readonly keepsStatements: boolean;
  private readonly answerMs: number;
  private readonly textOfName = new Map<string, string>();
  private readonly keptPlans = new KeptPlans();
  private gathering?: RoundTrip;

  constructor({
    preparedStatements,
    answerMs = ANSWER_MS,
    ...config
  }: ClientConfig & RoundTripClientOptions) {
    super(config);
    this.keepsStatements = preparedStatements;
    this.answerMs = answerMs;
    this.isUsedNoMoreOnceItsSessionHasEnded();
  }

  /** @throws an error of PostgreSQL or of the connection, or whatever comes of a value that cannot be sent */
  async send<Row extends object>(statement: Statement, values: unknown[]): Promise<Answer<Row>> {
    this.checkName(statement);
    const keptAs = this.keepsStatements ? statement.name : '';
    const sendable = values.map((value) => prepareValue(value));
    try {
      return (await this.roundTrip().add(statement, keptAs, sendable)) as Answer<Row>;
    } catch (error) {
      // The stack that led to the bytes which said so is of no use to anybody.
      if (error instanceof Error) Error.captureStackTrace(error);
      throw error;
    }
  }

  /** What is sent from now on is not skipped when something before it fails. */
  endRoundTrip(): void {
    const roundTrip = this.gathering;
    this.gathering = undefined;
    if (roundTrip) this.queryOfDriver(roundTrip);
  }

  /** What others send by themselves does not overtake what was sent before it, and is to be answered in time, too. */
  override query(...given: unknown[]): never {
    this.endRoundTrip();
    const answer: unknown = this.queryOfDriver(...this.withName(given));
    if (answer instanceof Promise) {
      const deadline = giveUpAfter(this.answerMs, this.driver.connection.stream);
      const clear = () => clearTimeout(deadline);
      answer.then(clear, clear);
    }
    return answer as never;
  }

  private withName(given: unknown[]): unknown[] {
    const [text, values, ...others] = given;
    if (!this.keepsStatements || typeof text !== 'string' || !Array.isArray(values)) return given;
    const name = this.keptPlans.nameOf(text);
    return name ? [{ name, text, values: values as unknown[] }, ...others] : given;
  }

  /** The server says so before it hangs up, and until then the pool would give the connection to the next one. */
  private isUsedNoMoreOnceItsSessionHasEnded(): void {
    this.driver.connection.prependListener('errorMessage', (error) => {
      if (isSessionEnded(error)) this.driver._queryable = false;
    });
  }

  private get driver(): Driver {
    return this as unknown as Driver;
  }

  private queryOfDriver(...given: unknown[]): never {
    return (super.query as (...given: unknown[]) => never).apply(this, given);
  }

  private checkName({ name, text }: Statement): void {
    const known = this.textOfName.get(name);
    if (known === undefined) this.textOfName.set(name, text);
    else if (known !== text) throw new Error(`There are two statements of the name ${name}`);
  }

  private roundTrip(): RoundTrip {
    if (!this.gathering) {
      this.gathering = new RoundTrip(this.answerMs);
      process.nextTick(() => this.endRoundTrip());
    }
    return this.gathering;
  }
}
