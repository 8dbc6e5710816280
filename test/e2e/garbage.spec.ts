import { type ApiProcess, Installation } from '../support/installation';
import { PRODUCTION_FLAGS } from '../support/node-process';
import { createEvent, type TestEvent, ticketsFor } from '../support/organization';
import { until } from '../support/until';

jest.setTimeout(120_000);

const AT_ONCE = 32;
/** Until the code is compiled and caches are filled, which are there to stay. */
const WARM_UP = 4_000;
const MEASURED = 3_000;
/** Of a request. Usually 400 to 1,100; with any one cause that ADR 15 names for a running process, 4,000 or more. */
const MOST_BYTES = 2_500;

/** For `--import`. */
const COLLECT_ON_SIGNAL = 'data:text/javascript,process.on("SIGUSR2", () => globalThis.gc())';

describe('What belongs to a request', () => {
  let installation: Installation;
  let usher: ApiProcess;
  let event: TestEvent;
  let buyers = 0;

  beforeAll(async () => {
    installation = await Installation.create({ LOG_LEVEL: 'warn' });
    const flags = [...PRODUCTION_FLAGS, '--trace-gc', '--expose-gc', '--import', COLLECT_ON_SIGNAL];
    usher = await installation.startApi({}, { flags });
    event = await createEvent(usher.client);
    await sell(WARM_UP);
  });
  afterAll(() => installation.close());

  it('is not taken for old by the garbage collector', async () => {
    const before = usher.output().length;

    await sell(MEASURED);

    expectNothingOld(usher.output().slice(before));
  });

  it('is not taken for old after a full collection, which makes old what is under way', async () => {
    const before = usher.output().length;

    const reached = buyers + 2 * AT_ONCE;
    const selling = sell(MEASURED);
    await until(() => buyers > reached, 'The sale did not begin');
    process.kill(usher.pid, 'SIGUSR2');
    await selling;

    const trace = usher.output().slice(before);
    expect(trace).toContain('Mark-Compact');
    expectNothingOld(trace);
  });

  function expectNothingOld(trace: string): void {
    const growths = growthsOf(trace);
    expect(growths.length).toBeGreaterThan(4);
    const bytes = growths.reduce((sum, growth) => sum + growth, 0) * 1024 ** 2;
    expect(bytes / MEASURED).toBeLessThan(MOST_BYTES);
  }

  async function sell(tickets: number): Promise<void> {
    const last = buyers + tickets;
    const buy = async () => {
      while (buyers < last) {
        const email = `buyer${buyers++}@example.org`;
        const response = await fetch(`${usher.url}/api/v1/events/${event.id}/attendees`, {
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

/** By how many MB the heap was larger after a collection of young objects than after the one before. */
function growthsOf(trace: string): number[] {
  const growths: number[] = [];
  let before: number | undefined;
  for (const [, kind, after] of trace.matchAll(/(Scavenge|Mark-Compact).*? -> ([\d.]+) /g)) {
    // A full collection takes away what has become old.
    if (kind === 'Scavenge' && before !== undefined) growths.push(Number(after) - before);
    before = kind === 'Scavenge' ? Number(after) : undefined;
  }
  return growths;
}
