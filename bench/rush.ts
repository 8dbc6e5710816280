import { connect, type Socket } from 'node:net';
import { percentile } from './percentile';

/** What the generator is told to send. `{n}` in the request becomes its number. */
export interface RushOrder {
  port: number;
  /** A whole HTTP request with `{n}` where its number goes; `{n}` always has eight digits. */
  request: string;
  /** Number of the first request. */
  from: number;
  seconds: number;
  /** Requests per second, however long the answers take; null: each connection sends as soon as it has its answer. */
  rate: number | null;
  /** Most connections. */
  connections: number;
}

export interface RushReport {
  sent: number;
  /** Due, but every connection was still waiting for an answer. */
  notSent: number;
  /** Connections that broke, or that had no answer ten seconds after the end. */
  broken: number;
  answers: Record<number, AnswerTimes>;
}

/** Milliseconds from the moment a request was due. */
export interface AnswerTimes {
  count: number;
  /** How many came before the end. */
  inTime: number;
  p50: number;
  p99: number;
  most: number;
}

const TICK_MS = 5;
const PATIENCE_MS = 10_000;

/**
 * Sends at a rate that does not depend on the answers, as a crowd does. autocannon waits for each answer before the next
 * request, so a server that slows down slows it down, and what is measured is not a rush.
 */
class Rush {
  private readonly idle: Connection[] = [];
  private readonly times = new Map<number, number[]>();
  private readonly began = performance.now();
  private readonly end: number;
  private open = 0;
  private waiting = 0;
  private sent = 0;
  private notSent = 0;
  private broken = 0;
  private inTime = new Map<number, number>();

  constructor(private readonly order: RushOrder) {
    this.end = this.began + order.seconds * 1_000;
  }

  async run(): Promise<RushReport> {
    while (performance.now() < this.end) {
      this.sendDue();
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    }
    const deadline = this.end + PATIENCE_MS;
    while (this.waiting > 0 && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    }
    this.broken += this.waiting;
    for (const connection of this.idle) connection.close();
    return { sent: this.sent, notSent: this.notSent, broken: this.broken, answers: this.summary() };
  }

  private sendDue(): void {
    const { rate, connections } = this.order;
    if (rate === null) {
      while (this.open < connections) this.sendOne(performance.now());
      return;
    }
    const due = Math.floor(((performance.now() - this.began) / 1_000) * rate);
    for (let n = this.sent + this.notSent; n < due; n++) {
      if (this.idle.length > 0 || this.open < connections) this.sendOne(this.began + (n / rate) * 1_000);
      else this.notSent++;
    }
  }

  private sendOne(dueAt: number): void {
    const number = String(this.order.from + this.sent++).padStart(8, '0');
    this.waiting++;
    const connection = this.idle.pop() ?? this.connect();
    connection.send(this.order.request.replace('{n}', number), dueAt);
  }

  private connect(): Connection {
    this.open++;
    const connection = new Connection(
      this.order.port,
      (status, dueAt) => {
        this.waiting--;
        this.note(status, performance.now() - dueAt);
        this.idle.push(connection);
        if (this.order.rate === null && performance.now() < this.end) this.sendOne(performance.now());
      },
      (wasWaiting) => {
        this.open--;
        if (!wasWaiting) {
          this.idle.splice(this.idle.indexOf(connection), 1);
          return;
        }
        this.waiting--;
        this.broken++;
      },
    );
    return connection;
  }

  private note(status: number, milliseconds: number): void {
    const times = this.times.get(status);
    if (times) times.push(milliseconds);
    else this.times.set(status, [milliseconds]);
    if (performance.now() <= this.end) this.inTime.set(status, (this.inTime.get(status) ?? 0) + 1);
  }

  private summary(): Record<number, AnswerTimes> {
    const entries = [...this.times].map(([status, times]) => {
      times.sort((a, b) => a - b);
      const summary: AnswerTimes = {
        count: times.length,
        inTime: this.inTime.get(status) ?? 0,
        p50: percentile(times, 0.5),
        p99: percentile(times, 0.99),
        most: times.at(-1)!,
      };
      return [status, summary] as const;
    });
    return Object.fromEntries(entries);
  }
}

/** One connection that is kept alive. It reads no more of an answer than its status and where it ends. */
class Connection {
  private readonly socket: Socket;
  private received = '';
  private dueAt: number | null = null;

  constructor(
    port: number,
    private readonly onAnswer: (status: number, dueAt: number) => void,
    onBroken: (wasWaiting: boolean) => void,
  ) {
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.socket.setEncoding('latin1');
    this.socket.on('data', (text: string) => this.read(text));
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => onBroken(this.dueAt !== null));
  }

  send(request: string, dueAt: number): void {
    this.dueAt = dueAt;
    this.socket.write(request);
  }

  close(): void {
    this.socket.destroy();
  }

  private read(text: string): void {
    this.received += text;
    const head = this.received.indexOf('\r\n\r\n');
    if (head < 0) return;
    const length = /\r\ncontent-length: (\d+)/i.exec(this.received)?.[1];
    if (this.received.length < head + 4 + Number(length)) return;
    const status = Number(this.received.slice(9, 12));
    const dueAt = this.dueAt!;
    this.received = '';
    this.dueAt = null;
    this.onAnswer(status, dueAt);
  }
}

/** A process of its own, so that its work is not mistaken for the server's. */
process.on('message', (order: RushOrder) => {
  void new Rush(order).run().then((report) => process.send!(report));
});
