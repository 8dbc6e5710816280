import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { type Bug, BUGS, CERTAIN_BUG } from './bugs';
import { neverDone } from './checker';
import { FAULTS } from './faults';
import { countViolations, describe } from './report';
import { runTrial, type TrialOptions, type Verdict } from './trial';

const FULL_SECONDS = 330;
const PROOF_SECONDS = 15;
const CHANCES = 4;

interface Flags {
  quick?: boolean;
  seconds?: number;
  seed?: number;
  only?: string;
  bugs: boolean;
}

const say = (line: string) => void process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const flags = new Command('npm run test:chaos --')
    .description('Breaks everything around Usher while it sells tickets, and proves from outside what holds')
    .option('--quick', 'every fault once, in two minutes; proves with one bug that the checker catches any')
    .option('--seconds <n>', 'how long faults are injected', positive)
    .option('--seed <n>', 'repeats the choices of an earlier run', positive)
    .option('--only <text>', 'only faults whose name contains this')
    .option('--no-bugs', 'without the proof that bugs are caught')
    .parse()
    .opts<Flags>();
  const seed = flags.seed ?? Date.now() % 1_000_000;
  const seconds = flags.seconds ?? (flags.quick ? 0 : FULL_SECONDS);
  const faults = FAULTS.filter(({ name }) => name.includes(flags.only ?? ''));
  if (faults.length === 0) throw new Error(`No fault is called like "${flags.only}"`);
  say(`Seed ${seed}`);
  if (flags.bugs) await proveThatBugsAreCaught(flags.quick ? [CERTAIN_BUG] : BUGS, seed);
  await tryForReal({ seconds, seed, faults });
}

/** A checker that finds nothing proves nothing until it has found something. */
async function proveThatBugsAreCaught(bugs: readonly Bug[], seed: number): Promise<void> {
  for (const bug of bugs) {
    say(`\nWith a bug planted: ${bug.name}`);
    const found = await catchBug(bug, seed);
    say(
      `caught: ${found.length} times it was not true that ${bug.breaks}, first: ${found[0]!.slice(0, 200)}`,
    );
  }
}

/** Most of these mistakes need bad luck to show, so they get time, and more than one chance. */
async function catchBug(bug: Bug, seed: number): Promise<string[]> {
  const faults = FAULTS.filter(({ name }) => name.includes(bug.faults));
  const seconds = bug === CERTAIN_BUG ? 0 : PROOF_SECONDS;
  for (let chance = 0; chance < CHANCES; chance++) {
    const { violations } = await inFolder((directory) =>
      runTrial({ directory, seconds, seed: seed + chance, faults, bug, say }),
    );
    const found = violations[bug.breaks]!;
    if (found.length > 0) return found;
  }
  throw new Error(`Nobody noticed that ${bug.name}`);
}

async function tryForReal(options: Pick<TrialOptions, 'seconds' | 'seed' | 'faults'>): Promise<void> {
  say('');
  await inFolder(async (directory) => {
    const verdict = await runTrial({ ...options, directory, say });
    say(`\n${describe(verdict)}`);
    if (countViolations(verdict) > 0) await keep(directory, verdict, options.seed);
    const missing = neverDone(verdict.history);
    if (missing.length > 0)
      throw new Error(`This proves nothing: nobody succeeded with ${missing.join(', ')}`);
  });
}

async function keep(directory: string, verdict: Verdict, seed: number): Promise<never> {
  const file = join(directory, 'evidence.json');
  await writeFile(file, JSON.stringify(verdict));
  throw new Error(`Promises were broken, see ${file} and the logs beside it. Again with --seed ${seed}`);
}

/** In a folder that goes away unless something went wrong. Below the checkout, where planted bugs find node_modules. */
async function inFolder<Result>(work: (directory: string) => Promise<Result>): Promise<Result> {
  const directory = resolve('.data', `chaos-${process.pid}-${Date.now()}`);
  await mkdir(directory, { recursive: true });
  const result = await work(directory);
  await rm(directory, { recursive: true, force: true });
  return result;
}

function positive(text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new InvalidArgumentError('Must be a number above 0.');
  return number;
}

// Who reads the output may leave; the run must still come to its end and tidy up.
process.stdout.on('error', () => undefined);
main().then(
  () => process.exit(0),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
