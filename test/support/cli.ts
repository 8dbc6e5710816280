import type { TestApp } from './app';
import { runToEnd } from './process';

/** Runs a command of the command line tool beside a running app and resolves with what it prints. */
export async function usher({ database, dataDir }: TestApp, ...args: string[]): Promise<string> {
  const outcome = await runToEnd('cli', args, { DATABASE_URL: database.url, DATA_DIR: dataDir });
  if (outcome.code !== 0) throw Object.assign(new Error(outcome.stderr), outcome);
  return outcome.stdout;
}
