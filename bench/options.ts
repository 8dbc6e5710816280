import { Command, InvalidArgumentError } from 'commander';
import { WARM_UP, type WarmUp } from './contestant';
import { QUICK, type Scenario, SCENARIOS } from './scenarios';

export interface Options {
  scenarios: readonly Scenario[];
  contestants: readonly string[];
  seconds: number;
  repeat: number;
  warmUp: WarmUp;
  profile: boolean;
  /** Another checkout of Usher, built, to compare with. */
  beside?: string;
}

interface Flags {
  only?: string;
  contestants?: string;
  seconds?: number;
  repeat?: number;
  warmUp?: number;
  quick?: boolean;
  profile?: boolean;
  beside?: string;
}

export function readOptions(contestants: readonly string[]): Options {
  const flags = new Command('npm run bench --')
    .description('Measures create attendee beside the floor, in one interleaved run')
    .option('--only <text>', 'only scenarios whose name contains one of these texts (separated by ;)')
    .option('--contestants <names>', `comma separated, of ${contestants.join(', ')}`)
    .option('--seconds <n>', 'length of one measurement (default 5, quick 3)', positive)
    .option('--repeat <n>', 'rounds; the table shows medians over them (default 5, quick 3)', positive)
    .option(
      '--warm-up <n>',
      `requests that each process answers first, or as many as it can in ${WARM_UP.seconds} s (default ${WARM_UP.requests})`,
      positive,
    )
    .option('--quick', 'two scenarios, in about six minutes')
    .option('--beside <checkout>', 'measure another checkout too, which must be built')
    .option('--profile', 'write CPU profiles of Usher and the floor to bench/results/')
    .parse()
    .opts<Flags>();
  const texts = flags.only?.split(';').map((text) => text.trim());
  const scenarios = SCENARIOS.filter(({ name }) =>
    texts ? texts.some((text) => name.includes(text)) : !flags.quick || QUICK.includes(name),
  );
  if (scenarios.length === 0) throw new Error(`No scenario matches --only ${flags.only}`);
  return {
    scenarios,
    contestants: chosen(flags.contestants, contestants),
    seconds: flags.seconds ?? (flags.quick ? 3 : 5),
    repeat: flags.repeat ?? (flags.quick ? 3 : 5),
    warmUp: { ...WARM_UP, ...(flags.warmUp && { requests: flags.warmUp }) },
    profile: flags.profile ?? false,
    beside: flags.beside,
  };
}

function chosen(names: string | undefined, all: readonly string[]): readonly string[] {
  if (!names) return all;
  const wanted = names.split(',').map((name) => name.trim());
  const unknown = wanted.filter((name) => !all.includes(name));
  if (unknown.length > 0) throw new Error(`Unknown contestants: ${unknown.join(', ')}`);
  return wanted;
}

function positive(text: string): number {
  const number = Number(text);
  if (!(number > 0)) throw new InvalidArgumentError('Must be a number above 0.');
  return number;
}
