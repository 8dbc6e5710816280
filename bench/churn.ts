import { Command } from 'commander';
import { Child } from './child';
import { WARM_UP } from './contestant';
import { HttpContestant } from './http-contestant';
import { UsherLedger } from './ledger';
import { runProgram } from './program';
import { toTable, writeReport } from './report';
import { everything, SCENARIOS } from './scenarios';
import { prepareStage, type Stage } from './stage';

const WINDOWS_WITHOUT = 4;

/** The sweeper comes once a minute. */
const PATIENCE_MS = 4 * 60_000;

const SCENARIO = SCENARIOS.find(({ name }) => name === 'hot, keyed, 64 connections')!;

/** Sells with idempotency keys while the records of yesterday's requests are swept. */
async function main(): Promise<void> {
  const { records, seconds } = new Command('npm run bench:churn --')
    .description('Measures create attendee while expired idempotency records are swept')
    .option('--records <n>', 'how many expire', Number, 1_000_000)
    .option('--seconds <n>', 'length of one measurement', Number, 5)
    .parse()
    .opts<{ records: number; seconds: number }>();
  const stage = await prepareStage([]);
  const load = Child.start('bench/load.js', {});
  const usher = new HttpContestant(
    'Usher',
    [stage.usher],
    stage,
    load,
    new UsherLedger(stage.database),
    everything,
  );
  let rate = await usher.warmUp(SCENARIO, WARM_UP);
  const rows: Record<string, string>[] = [];
  const faults: string[] = [];
  const measure = async (phase: string) => {
    const measured = await usher.measure(SCENARIO, rate * seconds);
    rate = measured.rate;
    faults.push(...measured.faults);
    if (measured.errors > 0) faults.push(`${measured.errors} requests failed ${phase}`);
    rows.push({
      phase,
      'expired records left': String(await countExpired(stage)),
      'req/s': measured.rate.toFixed(0),
      'p50 ms': measured.latency.p50.toFixed(1),
      'p99 ms': measured.latency.p99.toFixed(1),
      'p99.9 ms': measured.latency.p999.toFixed(1),
      errors: String(measured.errors),
      'postgres µs': measured.postgresCpu.toFixed(0),
    });
    process.stdout.write(`${Object.values(rows.at(-1)!).join('  ')}\n`);
  };
  for (let window = 0; window < WINDOWS_WITHOUT; window++) await measure('before');
  await expire(stage, records);
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline && (await countExpired(stage)) > 0) {
    await measure('while swept');
  }
  for (let window = 0; window < WINDOWS_WITHOUT; window++) await measure('after');
  const left = await countExpired(stage);
  if (left > 0) faults.push(`${left} expired records were not swept`);
  const table = toTable(rows);
  process.stdout.write(`\n${table}\n${faults.join('\n')}\nWritten to ${await writeReport(table, faults)}\n`);
  if (faults.length > 0) process.exitCode = 1;
}

/** Records as requests of yesterday left them, with answers of the usual size. */
async function expire({ database }: Stage, count: number): Promise<void> {
  await database.query(
    `INSERT INTO idempotency_records
       (organization_id, api_key_id, key, fingerprint, status, body, contact_ids, created_at, expires_at)
     SELECT k.organization_id, k.id, 'yesterday-' || n, md5(n::text) || md5('b' || n), 201, repeat(md5(n::text), 25),
            '{}', now() - interval '25 hours', now() - interval '1 hour'
     FROM (SELECT organization_id, id FROM api_keys LIMIT 1) AS k, generate_series(1, $1::int) AS n`,
    [count],
  );
}

async function countExpired({ database }: Stage): Promise<number> {
  const [row] = await database.query<{ count: number }[]>(
    'SELECT count(*)::int AS count FROM idempotency_records WHERE expires_at <= now()',
  );
  return row!.count;
}

void runProgram(main);
