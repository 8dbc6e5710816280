import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../support/free-port';
import { Installation } from '../support/installation';
import { isLive, NodeProcess } from '../support/node-process';
import { createEvent, type TestEvent, ticketsFor } from '../support/organization';
import { Client } from '../support/client';

jest.setTimeout(120_000);

const AT_ONCE = 32;
/** Until the code is compiled and caches are filled, which are there to stay. */
const WARM_UP = 4_000;
const MEASURED = 3_000;
/** The request in full, with what was made for it, has about twenty thousand. */
const MOST_BYTES = 4_000;

const PROGRAM = join(__dirname, '..', '..', 'src', 'main.js');
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: { 'start:prod': string } };
const FLAGS = scripts['start:prod'].split(' ').filter((word) => word.startsWith('--'));

describe('What belongs to a request', () => {
  let installation: Installation;
  let usher: NodeProcess;
  let url: string;
  let output = '';

  beforeAll(async () => {
    installation = await Installation.create();
    const port = String(await freePort());
    url = `http://127.0.0.1:${port}`;
    usher = new NodeProcess(
      [...FLAGS, '--trace-gc', PROGRAM],
      { ...installation.environment(), PORT: port, RATE_LIMIT: 'off', LOG_LEVEL: 'warn' },
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    usher.child.stdout!.on('data', (data: Buffer) => (output += data.toString()));
    await usher.until(() => isLive(url), 'Usher');
  });
  afterAll(async () => {
    await usher.end();
    await installation.close();
  });

  it('is not taken for old by the garbage collector', async () => {
    const event = await createEvent(new Client(url, installation.apiKey));
    await sell(event, WARM_UP);
    const before = output.length;

    await sell(event, MEASURED);

    const { collections, bytes } = grownOld(output.slice(before));
    expect(collections).toBeGreaterThan(4);
    expect(bytes / MEASURED).toBeLessThan(MOST_BYTES);
  });

  let buyers = 0;

  async function sell(event: TestEvent, tickets: number): Promise<void> {
    const last = buyers + tickets;
    const buy = async () => {
      while (buyers < last) {
        const email = `buyer${buyers++}@example.org`;
        const response = await fetch(`${url}/api/v1/events/${event.id}/attendees`, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', 'X-API-KEY': installation.apiKey },
          body: JSON.stringify(ticketsFor(event, { contact: { email } })),
        });
        if (response.status !== 201) throw new Error(await response.text());
        await response.arrayBuffer();
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, buy));
  }
});

/** By how much the heap was larger after a collection of young objects than after the one before. */
function grownOld(trace: string): { collections: number; bytes: number } {
  const growths: number[] = [];
  let before: number | undefined;
  for (const [, kind, after] of trace.matchAll(/(Scavenge|Mark-Compact).*? -> ([\d.]+) /g)) {
    // A full collection takes away what has become old, and makes old what is young.
    if (kind === 'Scavenge' && before !== undefined) growths.push(Number(after) - before);
    before = kind === 'Scavenge' ? Number(after) : undefined;
  }
  return { collections: growths.length, bytes: growths.reduce((sum, growth) => sum + growth, 0) * 1024 ** 2 };
}
