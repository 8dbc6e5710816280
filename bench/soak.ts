import { Command } from 'commander';
import { Child } from './child';
import { WARM_UP } from './contestant';
import { HttpContestant } from './http-contestant';
import { UsherLedger } from './ledger';
import { runProgram } from './program';
import { median, toTable, writeReport } from './report';
import { everything, SCENARIOS } from './scenarios';
import { prepareStage, type Server } from './stage';

/** Taken in turn: new tickets with and without keys, refusals, and everything else that the mix has. */
const NAMES = [
  'hot, keyed, 64 connections',
  'spread over 1,000 events, 64 connections',
  'sold out, 64 connections',
  'mix, 64 connections',
];

/** Memory of the last fifth of the time that is so much more than that of the second is not flat. */
const GROWTH = 1.15;

/** In less time the heap has not found its size. */
const JUDGED_FROM_MINUTES = 3;

/** Loads Usher without a pause, and looks whether its memory grows. */
async function main(): Promise<void> {
  const { minutes, seconds } = new Command('npm run bench:soak --')
    .description('Measures memory under load')
    .option('--minutes <n>', 'how long', Number, 5)
    .option('--seconds <n>', 'length of one measurement', Number, 5)
    .parse()
    .opts<{ minutes: number; seconds: number }>();
  const stage = await prepareStage([]);
  const load = Child.start('bench/load.js', {});
  const ledger = new UsherLedger(stage.database);
  const usher = new HttpContestant('Usher', [stage.usher], stage, load, ledger, everything);
  const scenarios = NAMES.map((wanted) => ({ ...SCENARIOS.find(({ name }) => name === wanted)!, rate: 0 }));
  for (const scenario of scenarios) scenario.rate = await usher.warmUp(scenario, { ...WARM_UP, seconds });

  const rows: Record<string, string>[] = [];
  const memory: { resident: number; heap: number }[] = [];
  const faults: string[] = [];
  const began = Date.now();
  for (let turn = 0; Date.now() - began < minutes * 60_000; turn++) {
    const scenario = scenarios[turn % scenarios.length]!;
    const measured = await usher.measure(scenario, scenario.rate * seconds);
    scenario.rate = measured.rate;
    const heap = await oldSpaceOf(stage.usher);
    memory.push({ resident: measured.memory, heap });
    faults.push(...measured.faults);
    if (measured.errors > 0) faults.push(`${measured.errors} requests of "${scenario.name}" failed`);
    rows.push({
      scenario: scenario.name,
      'after s': ((Date.now() - began) / 1_000).toFixed(0),
      'req/s': measured.rate.toFixed(0),
      'p99 ms': measured.latency.p99.toFixed(0),
      'RSS MB': measured.memory.toFixed(0),
      'heap MB': heap.toFixed(0),
    });
    process.stdout.write(`${Object.values(rows.at(-1)!).join('  ')}\n`);
  }
  const fifth = Math.ceil(memory.length / 5);
  const early = summary(memory.slice(fifth, 2 * fifth));
  const late = summary(memory.slice(-fifth));
  const grows = late.resident > early.resident * GROWTH || late.heap > early.heap * GROWTH;
  if (grows && minutes >= JUDGED_FROM_MINUTES) faults.push('Memory grows');
  const path = await writeReport(toTable(rows), faults);
  const told = ({ resident, heap }: typeof early) =>
    `RSS ${resident.toFixed(0)} MB, heap at least ${heap.toFixed(0)} MB`;
  process.stdout.write(
    `\nIn the second fifth of the time ${told(early)}; in the last ${told(late)}\n` +
      `${faults.join('\n')}\nWritten to ${path}\n`,
  );
  if (faults.length > 0) process.exitCode = 1;
}

/** What the garbage collector leaves is the least that is seen. */
function summary(memory: readonly { resident: number; heap: number }[]) {
  return {
    resident: median(memory.map(({ resident }) => resident)),
    heap: Math.min(...memory.map(({ heap }) => heap)),
  };
}

/** Megabytes of objects that have outlived the young generation, garbage among them. */
async function oldSpaceOf({ url }: Server): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const bytes = /^nodejs_heap_space_size_used_bytes\{space="old"\S* (\d+)/m.exec(metrics)?.[1];
  if (!bytes) throw new Error('/metrics does not tell how large the old generation is');
  return Number(bytes) / 1e6;
}

void runProgram(main);
