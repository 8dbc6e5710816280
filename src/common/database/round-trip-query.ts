import { type Connection, Query, types } from 'pg';

export type Sendable = string | Buffer | null;

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

export interface Stream {
  cork(): void;
  uncork(): void;
  destroy(reason: Error): void;
}

/** Messages that the driver does not declare, or declares with what it does not need. */
interface Wire {
  readonly stream: Stream;
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
export class RoundTrip extends Query {
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

/** Ends a connection that is silent for so long; 0: never. To be cleared when there is an answer. */
export function giveUpAfter(ms: number, stream: Stream): NodeJS.Timeout | undefined {
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
