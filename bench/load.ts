import type { EventEmitter } from 'node:events';
import autocannon from 'autocannon';
import { percentile } from './percentile';

/** One request to send. */
export interface Target {
  method: 'GET' | 'POST';
  path: string;
  body?: string;
}

/** What the load generator is told to send. `{n}` in body and headers becomes the number of the request. */
export interface LoadOrder {
  /** The connections are spread over them. */
  urls: readonly string[];
  connections: number;
  /** Requests to send; every one of them is answered before the run ends. */
  amount: number;
  /** Taken in turn. */
  targets: readonly Target[];
  headers: Record<string, string>;
  /** Number of the first request. */
  from: number;
  /** After so many numbers they start again at `from`. */
  distinct: number;
}

export interface LoadReport {
  answers: Record<number, number>;
  seconds: number;
  /** Latencies in milliseconds. */
  latency: { p50: number; p99: number; p999: number };
  cpuSeconds: number;
}

async function send(order: LoadOrder): Promise<LoadReport> {
  const durations: number[] = [];
  const answers: Record<number, number> = {};
  const cpu = process.cpuUsage();
  const began = process.hrtime.bigint();
  let ended = began;
  const note = (_client: unknown, status: number, _bytes: number, milliseconds: number) => {
    ended = process.hrtime.bigint();
    durations.push(milliseconds);
    answers[status] = (answers[status] ?? 0) + 1;
  };
  const setupRequest = numbered(order);
  const connections = Math.ceil(order.connections / order.urls.length);
  const setupClient = takingFromOneQueue(order.amount);
  await Promise.all(
    order.urls.map((url) =>
      run(
        // Each connection sends one request at least.
        { url, connections, amount: connections, timeout: 60, requests: [{ setupRequest }], setupClient },
        note,
      ),
    ),
  );
  const { user, system } = process.cpuUsage(cpu);
  durations.sort((a, b) => a - b);
  return {
    answers,
    seconds: Number(ended - began) / 1e9,
    latency: {
      p50: percentile(durations, 0.5),
      p99: percentile(durations, 0.99),
      p999: percentile(durations, 0.999),
    },
    cpuSeconds: (user + system) / 1e6,
  };
}

function run(
  options: autocannon.Options,
  onResponse: (client: unknown, status: number, bytes: number, milliseconds: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    autocannon(options, (error: Error | null) => (error ? reject(error) : resolve())).on(
      'response',
      onResponse,
    );
  });
}

/**
 * Autocannon gives each connection as many requests as the others, so that a run ended with the slowest of them sending
 * alone. Here whoever has its answer takes the next request, until all are sent.
 */
function takingFromOneQueue(amount: number) {
  let sent = 0;
  return (client: EventEmitter): void => {
    client.on('request', () => sent++);
    Object.defineProperty(client, 'responseMax', { get: () => (sent < amount ? Infinity : 1) });
  };
}

function numbered({ targets, headers, from, distinct }: LoadOrder) {
  let sent = 0;
  return (request: autocannon.Request): autocannon.Request => {
    const n = from + (sent++ % distinct);
    const { method, path, body } = targets[n % targets.length]!;
    const fill = (text: string) => text.replace('{n}', String(n));
    const filled = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, fill(value)]));
    return { ...request, method, path, headers: filled, body: body && fill(body) };
  };
}

/** The load generator is a process of its own, so that its work is not mistaken for the server's. */
process.on('message', (order: LoadOrder) => {
  send(order).then(
    (report) => process.send!(report),
    (error: Error) => {
      process.stderr.write(`${error.stack}\n`);
      process.exit(1);
    },
  );
});
