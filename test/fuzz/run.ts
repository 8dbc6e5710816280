import { parseArgs } from 'node:util';
import { startApp } from '../support/app';
import { startServices } from '../support/services';
import { fuzz, FUZZED, type FuzzReport } from './fuzz';

/** `npm run test:fuzz -- --requests 20000 --seed 7`. The seed of a run is printed; it makes the same requests again. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { requests: { type: 'string' }, seed: { type: 'string' } } });
  const requests = Number(values.requests ?? 20_000);
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  const services = await startServices();
  process.env.TEST_POSTGRES_URL = services.postgresUrl;
  process.env.TEST_POSTGRES_TEMPLATE = services.template;
  try {
    const app = await startApp(FUZZED);
    try {
      print(await fuzz(app, { requests, seed }), seed);
    } finally {
      await app.close();
    }
  } finally {
    await services.stop();
  }
}

function print({ requests, answers, problems }: FuzzReport, seed: number): void {
  const statuses = [...new Set([...answers.values()].flatMap((counts) => [...counts.keys()]))].sort();
  const row = (cells: (number | string | undefined)[], title: string) =>
    `${cells.map((cell = '') => String(cell).padStart(5)).join(' ')}  ${title}\n`;
  const lines = [...answers].map(([title, counts]) =>
    row(
      statuses.map((status) => counts.get(status)),
      title,
    ),
  );
  const found = problems.map((problem) => `\n${problem}\n`);
  process.stdout.write(row(statuses, 'answers') + lines.join('') + found.join(''));
  process.stdout.write(`\n${requests} requests, seed ${seed}: ${problems.length} kinds of problem\n`);
  if (problems.length > 0) process.exitCode = 1;
}

void main();
