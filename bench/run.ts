import { resolve } from 'node:path';
import { Child } from './child';
import { type Contestant, FLOOR, PGBENCH, TEXTBOOK, TUNED, TWO, USHER, type WarmUp } from './contestant';
import { HttpContestant } from './http-contestant';
import { type Ledger, TextbookLedger, UsherLedger } from './ledger';
import { type Options, readOptions } from './options';
import { hasPgbench, PgbenchContestant } from './pgbench';
import { runProgram } from './program';
import { toRatios } from './ratios';
import { type Result, toRows, toTable, writeReport } from './report';
import { everything, type Scenario, sellsWithoutKeys } from './scenarios';
import { prepareStage, type Server, type Stage } from './stage';

const BESIDE = 'beside';

/** The best of several is the limit; which it is depends on the machine. */
const PGBENCH_CLIENTS = [1, 4, 16, 64];

const WAKE_SECONDS = 0.5;

const PROFILING = ['--cpu-prof', '--cpu-prof-dir=bench/results'];

async function main(): Promise<void> {
  const options = readOptions([USHER, FLOOR, TEXTBOOK, TUNED, TWO, PGBENCH]);
  const stage = await prepareStage(options.profile ? PROFILING : []);
  const load = Child.start('bench/load.js', {});
  const { usher, contestants } = await gather(stage, load, options);
  const results = await runRounds(options, usher, contestants);
  const tables = [toTable(toRows(results))];
  if (options.contestants.includes(USHER)) tables.push(toTable(toRatios(results), 1));
  const table = tables.join('\n\n');
  const faults = results.flatMap(({ scenario, contestant, rounds }) =>
    rounds.flatMap((round) => round.faults.map((fault) => `${contestant}, ${scenario}: ${fault}`)),
  );
  const path = await writeReport(table, faults);
  say(`\n${table}\n\n${faults.join('\n') || 'Every check of what was written passed.'}\nWritten to ${path}`);
  const errors = results.some(({ rounds }) => rounds.some((round) => round.errors > 0));
  if (errors || faults.length > 0) process.exitCode = 1;
}

interface Contestants {
  /** Always there: it gives the answers that the floor repeats. */
  usher: HttpContestant;
  contestants: Contestant[];
}

async function gather(stage: Stage, load: Child, options: Options): Promise<Contestants> {
  const wanted = (name: string) => options.contestants.includes(name);
  const ledger = new UsherLedger(stage.database);
  const http = (name: string, servers: Server[], itsLedger?: Ledger, does?: HttpContestant['does']) =>
    new HttpContestant(name, servers, stage, load, itsLedger, does);
  const usher = http(USHER, [stage.usher], ledger, everything);
  const contestants: Contestant[] = wanted(USHER) ? [usher] : [];
  if (wanted(FLOOR)) contestants.push(http(FLOOR, [await stage.start('bench/floor.js')]));
  if (wanted(TEXTBOOK)) {
    const server = await stage.start('bench/textbook/main.js');
    contestants.push(http(TEXTBOOK, [server], new TextbookLedger(stage.database)));
  }
  if (wanted(TUNED))
    contestants.push(http(TUNED, [await stage.start('bench/tuned.js')], ledger, sellsWithoutKeys));
  if (wanted(TWO)) contestants.push(http(TWO, [stage.usher, await stage.start('src/main.js')], ledger));
  if (wanted(PGBENCH) && hasPgbench()) {
    contestants.push(...PGBENCH_CLIENTS.map((clients) => new PgbenchContestant(clients, stage)));
  }
  if (options.beside) {
    const server = await stage.start(resolve(options.beside, 'dist/src/main.js'));
    contestants.push(http(BESIDE, [server], ledger, everything));
  }
  return { usher, contestants };
}

/** Each round runs everything once, after one that makes everybody warm and tells how fast each is. */
async function runRounds(
  { scenarios, seconds, repeat, warmUp }: Options,
  usher: HttpContestant,
  contestants: readonly Contestant[],
): Promise<Result[]> {
  const entries = scenarios.flatMap((scenario) =>
    contestants
      .filter((contestant) => contestant.takesPart(scenario))
      .map((contestant) => ({ scenario, contestant, rate: 0, rounds: [] as Result['rounds'] })),
  );
  const shareOf = (one: Contestant): WarmUp => {
    const its = entries.filter(({ contestant }) => contestant === one).length;
    return { seconds: warmUp.seconds / its, requests: warmUp.requests / its };
  };
  for (let round = 0; round <= repeat; round++) {
    // Every other round in reverse, so that nobody always follows the same neighbour.
    for (const entry of round % 2 ? entries : entries.toReversed()) {
      const { scenario, contestant } = entry;
      await teachFloor(scenario, usher, contestant);
      if (round === 0) {
        entry.rate = await contestant.warmUp(scenario, shareOf(contestant));
        continue;
      }
      await contestant.wake(scenario, entry.rate * WAKE_SECONDS);
      const measurement = await contestant.measure(scenario, entry.rate * seconds);
      entry.rate = measurement.rate;
      entry.rounds.push(measurement);
      const { rate, others, memory } = measurement;
      say(
        `${round}/${repeat} ${scenario.name}, ${contestant.name}: ${rate.toFixed(0)} requests/s, ${memory.toFixed(0)} MB` +
          `${others > 0.1 ? ` (somebody else had ${(100 * others).toFixed(0)} % of the machine)` : ''}`,
      );
    }
  }
  return entries.map(({ scenario, contestant, rounds }) => ({
    scenario: scenario.name,
    contestant: contestant.name,
    rounds,
  }));
}

async function teachFloor(scenario: Scenario, usher: HttpContestant, floor: Contestant): Promise<void> {
  if (floor.name !== FLOOR) return;
  await (floor as HttpContestant).servers[0]!.child.ask(await usher.example(scenario));
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

void runProgram(main);
