import { createRequire } from 'node:module';
import type { Outcome } from './process';

/**
 * Runs commands of the command line tool one after another, each as in a process of its own but that Usher's modules are
 * loaded already, which takes more time than most commands do. A command has ended when nothing is left to do.
 */
const load = createRequire(__filename);
const TOOL = load.resolve('../../src/cli');
const outcome = { stdout: '', stderr: '' };

export interface CommandLine {
  args: string[];
  variables: Record<string, string>;
}

export interface Conclusion {
  outcome: Outcome;
  /** Whether this process runs no other command. */
  isLast: boolean;
}

for (const stream of ['stdout', 'stderr'] as const) {
  process[stream].write = (text: string) => {
    outcome[stream] += text;
    return true;
  };
}

function run({ args, variables }: CommandLine): void {
  process.argv.splice(2, Infinity, ...args);
  process.env = { PATH: process.env.PATH, ...variables };
  process.exitCode = undefined;
  Object.assign(outcome, { stdout: '', stderr: '' });
  delete load.cache[TOOL];
  load(TOOL);
  process.channel!.unref();
}

function goOn(code: number): void {
  process.channel!.ref();
  process.send!({ outcome: { code, ...outcome }, isLast: false } satisfies Conclusion);
}

/** A command may end its process, for which there is no way back. */
function leave(code: number): void {
  process.send!({ outcome: { code, ...outcome }, isLast: true } satisfies Conclusion);
}

process.on('message', run);
process.on('beforeExit', goOn);
process.on('exit', leave);
process.on('disconnect', () => process.off('beforeExit', goOn).off('exit', leave));
