import { type Child } from './child';
import type { Contestant, WarmUp } from './contestant';
import { cpuSecondsOf, cpuSecondsOfMachine, cpuSecondsOfTree, memoryOf } from './cpu';
import type { Ledger } from './ledger';
import type { LoadOrder, LoadReport } from './load';
import type { Measurement } from './measurement';
import { requestsOf } from './requests';
import { isSale, type Scenario } from './scenarios';
import type { Server, Stage } from './stage';

/** Requests whose answers are asked for again. Enough that no two connections ask for the same one at once. */
const REPLAYED = 4_000;

export class HttpContestant implements Contestant {
  /** First numbers of the requests that were made to be replayed. */
  private readonly replayed = new Map<Scenario, number>();

  constructor(
    readonly name: string,
    readonly servers: readonly Server[],
    private readonly stage: Stage,
    private readonly load: Child,
    /** None for a contestant that writes nothing. */
    private readonly ledger?: Ledger,
    /** Whether it has what a scenario asks for. */
    readonly does: (scenario: Scenario) => boolean = isSale,
  ) {}

  takesPart(scenario: Scenario): boolean {
    // Connections are spread over its servers.
    return this.does(scenario) && scenario.connections >= this.servers.length;
  }

  async warmUp(scenario: Scenario, { seconds, requests }: WarmUp): Promise<number> {
    const processes = this.servers.length;
    const began = performance.now();
    const late = () => performance.now() - began > seconds * processes * 1_000;
    let rate = 0;
    for (let sent = 0; sent < requests * processes && !late();) {
      const amount = Math.max(Math.round(rate), scenario.connections, 64);
      rate = await this.send(scenario, amount);
      sent += amount;
    }
    return rate;
  }

  async wake(scenario: Scenario, amount: number): Promise<void> {
    await this.send(scenario, Math.max(Math.round(amount), 1));
  }

  /** Requests that are not counted. Returns how many were answered per second. */
  private async send(scenario: Scenario, amount: number): Promise<number> {
    const order = await this.order(scenario, amount);
    // Each connection sends one at least.
    const connections = Math.min(order.connections, order.amount);
    const report = await this.load.ask<LoadReport>({ ...order, connections });
    return answered(report) / report.seconds;
  }

  async measure(scenario: Scenario, amount: number): Promise<Measurement> {
    const order = await this.order(scenario, Math.max(Math.round(amount), scenario.connections));
    const tickets = await this.ledger?.tickets();
    const before = await this.cpu();
    const report = await this.load.ask<LoadReport>(order);
    const spent = difference(await this.cpu(), before);
    const requests = answered(report);
    const perRequest = (seconds: number) => (seconds / requests) * 1e6;
    return {
      rate: requests / report.seconds,
      latency: report.latency,
      errors: order.amount - countOf(report, scenario.statuses),
      nodeCpu: perRequest(spent.node),
      postgresCpu: perRequest(spent.postgres),
      loadCpu: perRequest(report.cpuSeconds),
      others: (spent.busy - spent.node - spent.postgres - report.cpuSeconds) / spent.all,
      memory: await this.sumOf(memoryOf),
      faults: this.ledger ? await findFaults(this.ledger, scenario, report, tickets ?? 0) : [],
    };
  }

  private async cpu() {
    return {
      node: await this.sumOf(cpuSecondsOf),
      postgres: await cpuSecondsOfTree(this.stage.postgresPid),
      ...(await cpuSecondsOfMachine()),
    };
  }

  private async sumOf(read: (pid: number) => Promise<number>): Promise<number> {
    const values = await Promise.all(this.servers.map(({ child }) => read(child.pid)));
    return values.reduce((sum, value) => sum + value, 0);
  }

  /** What it answers to one request of this scenario. */
  async example(scenario: Scenario): Promise<{ status: number; body: string; replayed: boolean }> {
    const order = await this.order(scenario, 1);
    const { method, path, body } = order.targets[0]!;
    const response = await fetch(order.urls[0]! + path, {
      method,
      headers: fill(order.headers, order.from),
      body: body?.replace('{n}', String(order.from)),
    });
    return {
      status: response.status,
      body: await response.text(),
      replayed: response.headers.get('Idempotent-Replay') === 'true',
    };
  }

  private async order(scenario: Scenario, wanted: number): Promise<LoadOrder> {
    // As many for each server, or a number would be sent twice.
    const amount = Math.ceil(wanted / this.servers.length) * this.servers.length;
    const order = {
      urls: this.servers.map(({ url }) => url),
      connections: scenario.connections,
      targets: await requestsOf(this.stage, scenario, amount),
      headers: {
        'X-API-KEY': this.stage.apiKey,
        'Content-Type': 'application/json',
        ...(scenario.key !== 'none' && { 'Idempotency-Key': 'request-{n}' }),
      },
    };
    if (scenario.key !== 'replayed') {
      return { ...order, amount, from: this.stage.takeNumbers(amount), distinct: amount };
    }
    let from = this.replayed.get(scenario);
    if (from === undefined) {
      from = this.stage.takeNumbers(REPLAYED);
      this.replayed.set(scenario, from);
      await this.load.ask<LoadReport>({ ...order, amount: REPLAYED, from, distinct: REPLAYED });
    }
    return { ...order, amount, from, distinct: REPLAYED };
  }
}

async function findFaults(
  ledger: Ledger,
  { key, quantity }: Scenario,
  { answers }: LoadReport,
  ticketsBefore: number,
): Promise<string[]> {
  const faults = await ledger.faults();
  const written = (await ledger.tickets()) - ticketsBefore;
  const handedOut = key === 'replayed' ? 0 : (answers[201] ?? 0) * quantity;
  if (written !== handedOut) faults.push(`${handedOut} tickets were handed out and ${written} written`);
  return faults;
}

function difference<Key extends string>(after: Record<Key, number>, before: Record<Key, number>) {
  const entries = Object.entries<number>(after).map(([key, value]) => [key, value - before[key as Key]]);
  return Object.fromEntries(entries) as Record<Key, number>;
}

function countOf({ answers }: LoadReport, statuses: readonly number[]): number {
  return statuses.reduce((sum, status) => sum + (answers[status] ?? 0), 0);
}

function answered({ answers }: LoadReport): number {
  return Object.values(answers).reduce((sum, count) => sum + count, 0);
}

function fill(headers: Record<string, string>, n: number): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value.replace('{n}', String(n))]),
  );
}
