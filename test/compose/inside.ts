/** What `run.ts` starts in namespaces of their own, as the first process there: when it ends, all end. */
import { randomBytes } from 'node:crypto';
import { tryFaults } from './faults';
import { tryRequests } from './requests';
import { Stack } from './stack';

const LIMIT_MS = 150_000;

const say = (line: string) => void process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const apiKey = randomBytes(24).toString('hex');
  const stack = await Stack.create(process.argv[2]!, { BOOTSTRAP_API_KEY: apiKey });
  setTimeout(() => void fail(new Error('It took too long')), LIMIT_MS);
  try {
    await stack.up();
    say('Every service is healthy');
    await tryRequests(stack, apiKey, say);
    await tryFaults(stack, apiKey, say);
  } catch (error) {
    await fail(error as Error);
  }
  process.exit(0);

  async function fail(error: Error): Promise<never> {
    process.stderr.write(`${await stack.describe()}\n${error.stack}\n`);
    process.exit(1);
  }
}

void main();
