import { Command } from 'commander';
import { Child } from './child';
import { HttpContestant } from './http-contestant';
import { UsherLedger } from './ledger';
import { median, toTable, writeReport } from './report';
import { SCENARIOS } from './scenarios';
import { prepareStage } from './stage';

/** Taken in turn: new tickets with and without keys, refusals, and everything else that the mix has. */
const NAMES = [
  'hot, keyed, 64 connections',
  'spread over 1,000 events, 64 connections',
  'sold out, 64 connections',
  'mix, 64 connections',
];

/** Memory that comes to this much more between the second fifth of the time and the last is not flat. */
const GROWTH = 1.1;

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
  try {
    const ledger = new UsherLedger(stage.database);
    const usher = new HttpContestant('Usher', [stage.usher], stage, load, ledger, true);
    const scenarios = NAMES.map((wanted) => ({ ...SCENARIOS.find(({ name }) => name === wanted)!, rate: 0 }));
    for (const scenario of scenarios) scenario.rate = await usher.warmUp(scenario, seconds);

    const rows: Record<string, string>[] = [];
    const memory: number[] = [];
    const faults: string[] = [];
    const began = Date.now();
    for (let turn = 0; Date.now() - began < minutes * 60_000; turn++) {
      const scenario = scenarios[turn % scenarios.length]!;
      const measured = await usher.measure(scenario, scenario.rate * seconds);
      scenario.rate = measured.rate;
      memory.push(measured.memory);
      faults.push(...measured.faults);
      if (measured.errors > 0) faults.push(`${measured.errors} requests of "${scenario.name}" failed`);
      rows.push({
        scenario: scenario.name,
        'after s': ((Date.now() - began) / 1_000).toFixed(0),
        'req/s': measured.rate.toFixed(0),
        'p99 ms': measured.latency.p99.toFixed(0),
        'RSS MB': measured.memory.toFixed(0),
      });
      process.stdout.write(`${Object.values(rows.at(-1)!).join('  ')}\n`);
    }
    const fifth = Math.ceil(memory.length / 5);
    const early = median(memory.slice(fifth, 2 * fifth));
    const late = median(memory.slice(-fifth));
    if (late > early * GROWTH) faults.push('Memory grows');
    const path = await writeReport(toTable(rows), faults);
    process.stdout.write(
      `\nRSS ${early.toFixed(0)} MB in the second fifth of the time, ${late.toFixed(0)} MB in the last\n` +
        `${faults.join('\n')}\nWritten to ${path}\n`,
    );
    if (faults.length > 0) process.exitCode = 1;
  } finally {
    await load.end();
    await stage.close();
  }
}

void main();
