import { Command, InvalidArgumentError } from 'commander';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Haproxy, startHaproxy } from '../test/support/haproxy';
import { Child } from './child';
import { confine, CORES } from './cores';
import { cpuSecondsOf, cpuSecondsOfTree, memoryOf } from './cpu';
import { UsherLedger } from './ledger';
import { runProgram, started } from './program';
import { toTable, writeReport } from './report';
import type { RushOrder, RushReport } from './rush';
import { createAttendee, prepareStage, type Stage } from './stage';

/** Connections with which the peak is measured: enough for full batches. */
const PEAK_CONNECTIONS = 256;

/** As many as the proxy lets in, and a few less. */
const MOST_CONNECTIONS = 8_000;

const EXPECTED = ['201', '503'];

interface Phase {
  name: string;
  /** Requests per second; null: as many as are answered. */
  rate: number | null;
  connections: number;
  seconds: number;
}

interface Outcome {
  phase: Phase;
  report: RushReport;
  /** Seconds that the servers worked. */
  cpu: number;
  /** Most resident memory in megabytes while it lasted. */
  memory: number;
  /** Longest answer of `/health/live`, in milliseconds. */
  health: number;
  /** Rows. */
  written: number;
}

interface Setting {
  stage: Stage;
  ledger: UsherLedger;
  load: Child;
  proxy?: Haproxy;
}

/** Offers more than Usher can serve: what it still serves, how the rest is refused, and what is left of it afterwards. */
async function main(): Promise<void> {
  const { seconds, factor, repeat, behindProxy } = readOptions();
  // What it starts inherits the cores.
  await confine(process.pid, CORES.servers);
  const stage = await prepareStage([]);
  const load = Child.start('bench/rush.js', {});
  const proxy = behindProxy
    ? await started(startHaproxy(new URL(stage.usher.url)), (it) => it.stop())
    : undefined;
  await confine(load.pid, CORES.crowd);
  const ledger = new UsherLedger(stage.database);
  const run = (phase: Phase) => runPhase({ stage, ledger, load, proxy }, phase);
  const peak = { name: 'peak', rate: null, connections: PEAK_CONNECTIONS, seconds };
  const rush = { name: `${factor} × offered`, connections: MOST_CONNECTIONS, seconds };
  const warm = await run(peak);
  await run({ ...rush, rate: factor * goodput(warm) });
  // A peak before and after each rush: the machine may be slower than it was a minute ago.
  const outcomes = [await run(peak)];
  for (let round = 0; round < repeat; round++) {
    const rate = factor * goodput(outcomes.at(-1)!);
    outcomes.push(await run({ ...rush, rate }));
    outcomes.push(await run({ ...peak, name: 'peak, at once afterwards' }));
  }
  const table = toTable(outcomes.map((outcome, index) => rowOf(outcome, peakAround(outcomes, index))));
  const faults = [...outcomes.flatMap(faultsOf), ...(await ledger.faults())];
  process.stdout.write(`\n${table}\n${faults.join('\n')}\nWritten to ${await writeReport(table, faults)}\n`);
  if (faults.length > 0) process.exitCode = 1;
}

/** Mean of the peaks before and after a rush; of a peak the one before it. */
function peakAround(outcomes: Outcome[], index: number): number {
  const around = [outcomes[index - 1], outcomes[index + 1]].filter((each) => each?.phase.rate === null);
  const peaks = around.length > 0 ? around : [outcomes[Math.max(0, index - 2)]];
  return peaks.reduce((sum, each) => sum + goodput(each!), 0) / peaks.length;
}

async function runPhase({ stage, ledger, load, proxy }: Setting, phase: Phase): Promise<Outcome> {
  const { usher } = stage;
  const { path, body } = createAttendee(stage.sales.hot[0]!, 1);
  const text = body.replace('{n}', '00000000');
  const request = [
    `POST ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    `X-API-KEY: ${stage.apiKey}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(text)}`,
    '',
    body,
  ].join('\r\n');
  const order: RushOrder = {
    ...phase,
    port: Number(new URL(proxy?.url ?? usher.url).port),
    request,
    from: stage.takeNumbers(2_000_000),
  };
  const watch = new Watch(usher.url, usher.child.pid);
  const cpu = async () =>
    (await cpuSecondsOf(usher.child.pid)) +
    (await cpuSecondsOfTree(stage.postgresPid)) +
    (proxy ? await cpuSecondsOf(proxy.pid) : 0);
  const ticketsBefore = await ledger.tickets();
  const before = await cpu();
  const report = await load.ask<RushReport>(order);
  const spent = (await cpu()) - before;
  const watched = await watch.end();
  return { phase, report, cpu: spent, ...watched, written: (await ledger.tickets()) - ticketsBefore };
}

/** Looks at a process twice a second. */
class Watch {
  private memory = 0;
  private health = 0;
  private ended = false;
  private readonly running: Promise<void>;

  constructor(
    private readonly url: string,
    private readonly pid: number,
  ) {
    this.running = this.run();
  }

  async end() {
    this.ended = true;
    await this.running;
    return { memory: this.memory, health: this.health };
  }

  private async run(): Promise<void> {
    while (!this.ended) {
      const began = performance.now();
      await fetch(`${this.url}/health/live`).then((response) => response.text());
      this.health = Math.max(this.health, performance.now() - began);
      this.memory = Math.max(this.memory, await memoryOf(this.pid));
      await sleep(500);
    }
  }
}

/** Whoever asked has a ticket that is there, or is told that there are too many. */
function faultsOf({ phase, report: { answers, broken }, written }: Outcome): string[] {
  const faults = Object.entries(answers)
    .filter(([status]) => !EXPECTED.includes(status))
    .map(([status, { count }]) => `answered ${count} times with ${status}`);
  if (broken > 0) faults.push(`${broken} requests had no answer`);
  const handedOut = answers[201]?.count ?? 0;
  if (written !== handedOut) faults.push(`${handedOut} tickets were handed out and ${written} written`);
  return faults.map((fault) => `${phase.name}: ${fault}`);
}

function goodput({ phase, report }: Outcome): number {
  return (report.answers[201]?.inTime ?? 0) / phase.seconds;
}

function rowOf(outcome: Outcome, capacity: number): Record<string, string> {
  const { phase, report, cpu, memory, health } = outcome;
  const { 201: served, 503: refused, ...others } = report.answers;
  const show = (value: number | undefined) => (value === undefined ? '–' : value.toFixed(0));
  return {
    phase: phase.name,
    'offered/s': show(report.sent / phase.seconds),
    'served/s': show(goodput(outcome)),
    '% of peak': show((100 * goodput(outcome)) / capacity),
    'CPU µs per served': show((cpu / (served?.count ?? 0)) * 1e6),
    'p50 ms': show(served?.p50),
    'p99 ms ': show(served?.p99),
    'refused/s': show((refused?.count ?? 0) / phase.seconds),
    'its p99 ms': show(refused?.p99),
    'most ms': show(refused?.most),
    'other answers': show(Object.values(others).reduce((sum, { count }) => sum + count, 0)),
    'not sent': show(report.notSent),
    broken: show(report.broken),
    'health ms': show(health),
    'RSS MB': show(memory),
  };
}

interface Options {
  seconds: number;
  factor: number;
  repeat: number;
  behindProxy?: true;
}

function readOptions(): Options {
  const positive = (text: string): number => {
    if (!(Number(text) > 0)) throw new InvalidArgumentError('Must be a number above 0.');
    return Number(text);
  };
  return new Command('npm run bench:overload --')
    .option('--seconds <n>', 'length of a phase', positive, 8)
    .option('--factor <n>', 'how many times the peak is offered', positive, 5)
    .option('--repeat <n>', 'rushes', positive, 4)
    .option('--behind-proxy', 'HAProxy in front of it, with deploy/haproxy.cfg')
    .parse()
    .opts();
}

void runProgram(main);
