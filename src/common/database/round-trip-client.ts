import type { EventEmitter } from 'node:events';
import * as pg from 'pg';
import { Client, type ClientConfig, type Connection, Query, types } from 'pg';
import { KeptPlans } from './kept-plans';
import { isSessionEnded } from './postgres-error';

/** Turns a value into what is sent for it: not in the driver's types. */
const { prepareValue } = (pg as unknown as { utils: { prepareValue: (value: unknown) => Sendable } }).utils;

type Sendable = string | Buffer | null;

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

/** What PostgreSQL answers to one statement. */
export interface Answer<Row extends object> {
  /** What was done, as in `INSERT 0 3`. */
  command: string;
  rows: Row[];
}

/** A statement that PostgreSQL parses and plans once per connection. TypeORM's own `query()` does so every time. */
export interface Statement {
  /** Unique in the whole program: the server knows the plan under this name. */
  name: string;
  text: string;
}

interface Pending extends Statement {
  /** Under which name the server keeps it; empty when it is not to. */
  keptAs: string;
  values: Sendable[];
  resolve: (answer: Answer<object>) => void;
  reject: (error: unknown) => void;
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

/** What an error says besides what PostgreSQL says: which statement it is about, and not one that was skipped for it. */
export interface FailedStatement {
  statement?: string;
}

/** The connection is given up. */
class Unanswered extends Error {
  readonly code = 'ETIMEDOUT';

  constructor() {
    super('PostgreSQL does not answer');
  }
}

/** What the driver does not declare of its client. */
interface Driver {
  readonly connection: EventEmitter & Pick<Wire, 'stream'>;
  /** Whether the pool may give it to anybody. */
  _queryable: boolean;
}

/** Messages that the driver does not declare, or declares with what it does not need. */
interface Wire {
  readonly stream: { cork(): void; uncork(): void; destroy(reason: Error): void };
  readonly parsedStatements: Record<string, string | undefined>;
  readonly submittedNamedStatements: Record<string, string | undefined>;
  parse(statement: { name: string; text: string }): void;
  bind(config: { statement: string; values: Sendable[] }): void;
  describe(portal: { type: 'P'; name: string }): void;
  execute(portal: { portal: string }): void;
  sync(): void;
}

interface Column {
  name: string;
  parse: (text: string) => unknown;
}

/** For the driver it is one query that it hands all messages of the server to, until it is ready for the next. */
class RoundTrip extends Query {
  private readonly statements: Pending[] = [];
  private received: object[] = [];
  private columns: Column[] = [];
  /** Why a row of the current statement cannot be read. */
  private unreadable: unknown;
  private deadline?: NodeJS.Timeout;

  constructor(private readonly answerMs: number) {
    super({ text: '' });
  }

  add({ name, text }: Statement, keptAs: string, values: Sendable[]): Promise<Answer<object>> {
    return new Promise((resolve, reject) => {
      this.statements.push({ name, text, keptAs, values, resolve, reject });
    });
  }

  override submit = (connection: Connection): void => {
    const wire = connection as unknown as Wire;
    wire.stream.cork();
    for (const statement of this.statements) {
      sendStatement(wire, statement);
      statement.values = [];
    }
    wire.sync();
    wire.stream.uncork();
    this.deadline = giveUpAfter(this.answerMs, wire.stream);
    this.awaitNext();
  };

  handleRowDescription({ fields }: { fields: { name: string; dataTypeID: number }[] }): void {
    this.columns = fields.map(({ name, dataTypeID }) => {
      return { name, parse: types.getTypeParser(dataTypeID) as Column['parse'] };
    });
  }

  handleDataRow({ fields }: { fields: (string | null)[] }): void {
    const row: Record<string, unknown> = {};
    try {
      this.columns.forEach(({ name, parse }, index) => {
        const text = fields[index]!;
        row[name] = text === null ? null : parse(text);
      });
      this.received.push(row);
    } catch (error) {
      this.unreadable = error;
    }
  }

  handleCommandComplete({ text }: { text: string }): void {
    const { resolve, reject } = this.statements.shift()!;
    if (this.unreadable) reject(this.unreadable);
    else resolve({ command: text, rows: this.received });
    this.received = [];
    this.unreadable = undefined;
    this.awaitNext();
  }

  handleError(error: object, { submittedNamedStatements }: Wire): void {
    clearTimeout(this.deadline);
    const [failed] = this.statements;
    Object.assign<object, FailedStatement>(error, { statement: failed?.name });
    for (const { keptAs, reject } of this.statements.splice(0)) {
      delete submittedNamedStatements[keptAs];
      reject(error);
    }
  }

  handleReadyForQuery(): void {
    clearTimeout(this.deadline);
  }

  /** The driver notes under this name and text what the server has parsed. */
  private awaitNext(): void {
    const [next] = this.statements;
    if (next) Object.assign<this, Statement>(this, { name: next.keptAs, text: next.text });
  }
}

function giveUpAfter(ms: number, stream: Wire['stream']): NodeJS.Timeout | undefined {
  return ms > 0 ? setTimeout(() => stream.destroy(new Unanswered()), ms).unref() : undefined;
}

function sendStatement(wire: Wire, { keptAs, text, values }: Pending): void {
  if (!keptAs || !(wire.parsedStatements[keptAs] ?? wire.submittedNamedStatements[keptAs])) {
    wire.parse({ name: keptAs, text });
    if (keptAs) wire.submittedNamedStatements[keptAs] = text;
  }
  wire.bind({ statement: keptAs, values });
  wire.describe({ type: 'P', name: '' });
  wire.execute({ portal: '' });
}
