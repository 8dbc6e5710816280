import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { acquireEmbeddedPostgres } from '../src/common/database/embedded-postgres';
import { measureBulk } from './bulk';
import { Installation } from './installation';
import { UsherLedger } from './ledger';
import { LOG_PLANS, PlanLog, wholeTables } from './plans';
import { runProgram, started, whenDone } from './program';
import { median, toTable, writeReport } from './report';
import { type ScaleRequest, scaleRequests } from './scale-requests';

const FEW = 1_000;
/** With fewer people it may be right to read a table from end to end. */
const MANY = 1_000_000;
/** Rounds that make the processes warm and are not counted. Prepared statements get their lasting plan by then. */
const WARM_UP = 8;
const LIMIT = 3;
/** What counts all that match, or ranks them, grows with them. */
const MAY_GROW = /^stats$|^contacts: tag$|search, two letters$/;

interface Flags {
  people: number;
  rounds: number;
  dataDir?: string;
}

async function main(): Promise<void> {
  const { people, rounds, dataDir } = new Command('npm run bench:scale --')
    .description('Measures requests with a thousand people and with a million, in one interleaved run')
    .option('--people <n>', 'how many the larger organization has', Number, MANY)
    .option('--rounds <n>', 'requests of each kind', Number, 40)
    .option('--data-dir <directory>', 'keep the databases there, and use those that are there')
    .parse()
    .opts<Flags>();
  await mkdir('.data', { recursive: true });
  const directory = dataDir ? resolve(dataDir) : await mkdtemp(resolve('.data/scale-'));
  if (!dataDir) whenDone(() => rm(directory, { recursive: true, force: true }));
  const postgres = await started(acquireEmbeddedPostgres({ dataDir: directory }), (it) => it.release());
  const open = async (size: number) => {
    const began = performance.now();
    const installation = await Installation.open(postgres.url, directory, size);
    say(`${size} people are there after ${((performance.now() - began) / 1000).toFixed(0)} s`);
    return installation;
  };
  const log = new PlanLog(join(directory, 'postgres.log'));
  const { text, faults } = await compare(await open(FEW), await open(people), { rounds, people }, log);
  const path = await writeReport(text, faults);
  const allWell =
    people < MANY ? `Plans are judged with ${MANY} people.` : 'No plan reads a large table from end to end.';
  say(`\n${text}\n\n${faults.join('\n') || allWell}\nWritten to ${path}`);
  if (faults.length > 0) process.exitCode = 1;
}

async function compare(
  few: Installation,
  many: Installation,
  { rounds, people }: Pick<Flags, 'rounds' | 'people'>,
  log: PlanLog,
): Promise<{ text: string; faults: string[] }> {
  const contestants = [
    await Contestant.prepare(few, rounds),
    await Contestant.prepare(many, rounds),
  ] as const;
  const names = [...contestants[0].requests.keys()];
  for (let round = 0; round < WARM_UP + rounds; round++) {
    for (const name of names) {
      for (const contestant of round % 2 ? contestants : contestants.toReversed()) {
        await contestant.measure(name, round);
      }
    }
  }
  const faults: string[] = [];
  const rows = names.map((name) => {
    const [a, b] = contestants.map((contestant) => contestant.median(name)) as [number, number];
    if (people >= MANY && b > LIMIT * a && !MAY_GROW.test(name)) faults.push(`${name}: grows`);
    return {
      request: name,
      'within 3×': b <= LIMIT * a ? 'yes' : 'NO',
      'ms with 1,000': a.toFixed(1),
      'ms with more': b.toFixed(1),
      ratio: (b / a).toFixed(1),
    };
  });
  const bulk = [await measureBulk(few), await measureBulk(many)].map((times) => ({
    'lines exported': String(times.linesExported),
    'export in s': times.exportOfEvent.toFixed(1),
    'import of 10,000 in s': times.importOfGuests.toFixed(1),
    'start of a process in s': times.start.toFixed(1),
  }));
  await many.restart(LOG_PLANS);
  const plans: string[] = [];
  for (const name of names) {
    await log.steps();
    for (const round of [WARM_UP + rounds, WARM_UP + rounds + 1]) await contestants[1].measure(name, round);
    const steps = await log.steps();
    plans.push([`${name}:`, ...steps.map((step) => `    ${step}`)].join('\n'));
    if (people >= MANY) faults.push(...wholeTables(steps).map((step) => `${name}: ${step}`));
  }
  for (const { database } of [few, many]) faults.push(...(await new UsherLedger(database).faults()));
  return { text: `${toTable(rows)}\n\n${toTable(bulk)}\n\n${plans.join('\n')}`, faults };
}

class Contestant {
  private readonly times = new Map<string, number[]>();

  private constructor(
    private readonly installation: Installation,
    readonly requests: ReadonlyMap<string, (round: number) => ScaleRequest>,
  ) {}

  static async prepare(installation: Installation, rounds: number): Promise<Contestant> {
    return new Contestant(installation, await scaleRequests(installation, WARM_UP + rounds + 2));
  }

  async measure(name: string, round: number): Promise<void> {
    const { method, path, body, status } = this.requests.get(name)!(round);
    const answer = await this.installation.send(method, path, body);
    if (answer.status !== status) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    this.times.set(name, [...(this.times.get(name) ?? []), answer.milliseconds]);
  }

  /** Without the rounds that made it warm. */
  median(name: string): number {
    return median(this.times.get(name)!.slice(WARM_UP));
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

void runProgram(main);
