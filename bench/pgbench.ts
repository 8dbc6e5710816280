import { execFile, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Contestant, PGBENCH } from './contestant';
import { cpuSecondsOfTree } from './cpu';
import type { Measurement } from './measurement';
import type { Scenario } from './scenarios';
import type { Stage } from './stage';

export function hasPgbench(): boolean {
  return spawnSync('pgbench', ['--version']).status === 0;
}

/**
 * The database limit: what Usher writes for one new ticket, in a transaction of its own, sent by a program in C that does
 * nothing else, with the rows that everybody wants locked last. No HTTP, no validation, no answer.
 */
export class PgbenchContestant implements Contestant {
  readonly name: string;

  constructor(
    private readonly clients: number,
    private readonly stage: Stage,
  ) {
    this.name = `${PGBENCH}, ${clients} ${clients === 1 ? 'client' : 'clients'}`;
  }

  /** One client beside a lone connection, and each number beside 64: the best is the limit. */
  takesPart({ request, event, quantity, key, connections }: Scenario): boolean {
    const comparable = connections === 64 || (connections === 1 && this.clients === 1);
    return comparable && request === 'create' && event === 'hot' && quantity === 1 && key === 'none';
  }

  /** Each of its runs is a new process, so this only tells how fast it is. */
  async warmUp(): Promise<number> {
    return (await this.run(['--time', '2'])).rate;
  }

  async wake(): Promise<void> {}

  async measure(_: Scenario, amount: number): Promise<Measurement> {
    const each = Math.max(1, Math.round(amount / this.clients));
    const before = await cpuSecondsOfTree(this.stage.postgresPid);
    const { rate, latency, errors } = await this.run(['--transactions', String(each)]);
    const spent = (await cpuSecondsOfTree(this.stage.postgresPid)) - before;
    return {
      rate,
      // It tells the mean.
      latency: { p50: latency, p99: NaN, p999: NaN },
      errors,
      nodeCpu: NaN,
      postgresCpu: (spent / (each * this.clients)) * 1e6,
      loadCpu: NaN,
      others: NaN,
      memory: NaN,
      faults: [],
    };
  }

  private async run(length: string[]) {
    const script = join(this.stage.dataDir, 'create.sql');
    await writeFile(script, await scriptOf(this.stage));
    const text = await output('pgbench', [
      ...['--no-vacuum', '--protocol=prepared', `--client=${this.clients}`, `--file=${script}`],
      ...length,
      this.stage.databaseUrl,
    ]);
    return {
      rate: numberIn(text, /tps = ([\d.]+)/),
      latency: numberIn(text, /latency average = ([\d.]+)/),
      errors: numberIn(text, /failed transactions: (\d+)/),
    };
  }
}

async function scriptOf({ database, sales }: Stage): Promise<string> {
  const { eventId, ticketClassId } = sales.hot[0]!;
  const [row] = await database.query<{ organization_id: string }[]>(
    'SELECT organization_id FROM events WHERE id = $1',
    [eventId],
  );
  const organization = `'${row!.organization_id}'`;
  const event = `organization_id = ${organization} AND id = '${eventId}'`;
  const ticketClass = `organization_id = ${organization} AND id = '${ticketClassId}'`;
  const [contact, payment, attendee] = ["'con_' || :n", "'pay_' || :n", "'tkt_' || :n"];
  return `
\\set n random(1, 9000000000000000000)
BEGIN;
SELECT id, name, capacity, tickets_sold + tickets_pending FROM events WHERE ${event};
SELECT id, name, quantity_total, quantity_sold + quantity_pending, status, require_approval
  FROM ticket_classes WHERE ${ticketClass};
SELECT id, first_name, last_name FROM contacts
  WHERE organization_id = ${organization} AND email = 'guest' || :n || '@example.net' FOR NO KEY UPDATE;
INSERT INTO contacts (organization_id, id, email, first_name, last_name, created_at, updated_at)
  VALUES (${organization}, ${contact}, 'guest' || :n || '@example.net', 'Ada', 'Lovelace', now(), now());
INSERT INTO payments (organization_id, id, event_id, contact_id, token, created_at)
  VALUES (${organization}, ${payment}, '${eventId}', ${contact}, 'token-' || :n, now());
INSERT INTO attendees (organization_id, id, event_id, ticket_class_id, contact_id, payment_id, status, payment_method,
    barcode, created_at, updated_at)
  VALUES (${organization}, ${attendee}, '${eventId}', '${ticketClassId}', ${contact}, ${payment}, 'valid', 'cash',
    'barcode-' || :n, now(), now());
UPDATE ticket_classes SET quantity_sold = quantity_sold + 1 WHERE ${ticketClass}
  AND (quantity_total = 0 OR quantity_sold + quantity_pending < quantity_total);
UPDATE events SET tickets_sold = tickets_sold + 1 WHERE ${event}
  AND (capacity = 0 OR tickets_sold + tickets_pending < capacity);
COMMIT;
`;
}

async function output(program: string, args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(program, args);
  return stdout;
}

function numberIn(text: string, pattern: RegExp): number {
  return Number(pattern.exec(text)?.[1] ?? NaN);
}
