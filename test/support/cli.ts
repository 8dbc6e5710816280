import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestApp } from './app';

const CLI = join(__dirname, '..', '..', 'src', 'cli.js');

/** Runs a command of the command line tool beside a running app and resolves with what it prints. */
export async function usher({ database, dataDir }: TestApp, ...args: string[]): Promise<string> {
  const env = { PATH: process.env.PATH, DATABASE_URL: database.url, DATA_DIR: dataDir };
  const { stdout } = await promisify(execFile)(process.execPath, [CLI, ...args], { env });
  return stdout;
}
