import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { TestApp } from './app';
import type { CommandLine, Conclusion } from './cli-host';
import { BEHIND_POOLER } from './environment';
import type { Outcome } from './process';

let host: ChildProcess | undefined;

afterAll(() => host?.disconnect());

/** Runs a command of the command line tool to its end. */
export async function runCommand(args: string[], variables: Record<string, string>): Promise<Outcome> {
  host ??= fork(require.resolve('./cli-host'), { execArgv: ['--enable-source-maps'] });
  const commandLine: CommandLine = { args, variables: { ...BEHIND_POOLER, ...variables } };
  host.send(commandLine);
  const [{ outcome, isLast }] = (await once(host, 'message')) as [Conclusion];
  if (isLast) host = undefined;
  return outcome;
}

/** Runs a command beside a running app and resolves with what it prints. */
export async function usher({ database, dataDir }: TestApp, ...args: string[]): Promise<string> {
  const outcome = await runCommand(args, { DATABASE_URL: database.url, DATA_DIR: dataDir });
  if (outcome.code !== 0) throw Object.assign(new Error(outcome.stderr), outcome);
  return outcome.stdout;
}
