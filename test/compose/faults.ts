import { deepStrictEqual as same, ok, strictEqual as equal } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client as Database } from 'pg';
import { Client } from '../support/client';
import { createEvent, type TestEvent } from '../support/organization';
import { until } from '../support/until';
import { PUBLIC_URL } from './requests';
import { type Buyer, Rush } from './rush';
import type { Stack } from './stack';

/** What clients see, and what is sold, while an API process goes and comes back. */
export async function tryFaults(stack: Stack, apiKey: string, say: (line: string) => void): Promise<void> {
  const client = new Client(PUBLIC_URL, apiKey);
  const [api, other] = [stack.get('api-1'), stack.get('api-2')];

  const stopped = await sellWhile(client, 'stopped', async () => {
    equal(await api.stop(), 0);
    await sleep(4_000);
    await api.start();
    await untilServing();
  });
  same(stopped.statuses, [201]);
  say(`api-1 was stopped and came back elsewhere: ${stopped.summary}`);

  const killed = await sellWhile(client, 'killed', async () => {
    await other.kill();
    await sleep(4_000);
    await other.start();
  });
  ok(killed.statuses.includes(201));
  say(`api-2 was killed and came back elsewhere: ${killed.summary}`);

  const reconciled = await api.run(['node', 'dist/src/cli.js', 'reconcile']);
  ok(/agree/.test(reconciled), reconciled);
  say(reconciled.trim());

  /** The proxy has found it under its new address. */
  async function untilServing(): Promise<void> {
    const sold = async () => (await api.log()).split('"method":"POST"').length;
    const before = await sold();
    await until(async () => (await sold()) > before, 'The proxy has not found api-1 at its new address');
  }

  async function sellWhile(
    seller: Client,
    name: string,
    fault: () => Promise<void>,
  ): Promise<{ statuses: number[]; summary: string }> {
    const event = await createEvent(seller, { name });
    const rush = new Rush(apiKey, event);
    rush.start();
    await sleep(1_000);
    await fault();
    await sleep(1_000);
    const buyers = await rush.end();
    await expectOneTicketEach(stack, event, buyers);
    await rush.expectSameAnswers();
    const statuses = [...new Set(buyers.flatMap(({ statuses }) => statuses))].sort();
    const broken = buyers.reduce((sum, { breaks }) => sum + breaks, 0);
    return {
      statuses,
      summary: `${buyers.length} tickets, ${broken} broken connections, answers ${statuses.join(', ')}`,
    };
  }
}

/** As the database has it, and as the API counts it. */
async function expectOneTicketEach(stack: Stack, event: TestEvent, buyers: Buyer[]): Promise<void> {
  const database = new Database(`postgres://usher:usher@${stack.network.addressOf('postgres')}:5432/usher`);
  await database.connect();
  const { rows } = await database.query<{ id: string }>('SELECT id FROM attendees WHERE event_id = $1', [
    event.id,
  ]);
  await database.end();
  const handedOut = buyers.map(({ ticket }) => ticket!);
  same(rows.map(({ id }) => id).sort(), handedOut.sort());
  ok(handedOut.length > 50, `only ${handedOut.length} tickets were sold`);
}
