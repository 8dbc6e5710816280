import { deepStrictEqual as same, ok, strictEqual as equal } from 'node:assert';
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { IssuedTicketsDto } from '../../src/attendees/dto/attendee.dto';
import { errorBody } from '../../src/common/errors/error-response';
import { RouteNotFound } from '../../src/common/errors/request.errors';
import { Client } from '../support/client';
import { pathWithCurl } from '../support/curl';
import { blocksOf } from '../support/markdown';
import { createEvent, type TestEvent } from '../support/organization';
import { until } from '../support/until';
import { CLIENTS, type Network } from './network';
import type { Stack } from './stack';

/** What README and the head of the compose file say. */
export const PUBLIC_URL = 'http://localhost:3000';
const MAIL_URL = 'http://localhost:8025';

/** What a client sees who comes to the proxy while all is well. */
export async function tryRequests(stack: Stack, apiKey: string, say: (line: string) => void): Promise<void> {
  const client = new Client(PUBLIC_URL, apiKey);
  const event = await createEvent(client);

  const [first, again] = await runReadme(stack, apiKey, event);
  const issued = JSON.parse(first) as IssuedTicketsDto;
  equal(issued.quantity, 2);
  equal(again, first);
  say('The curl of README issues two tickets; again it gets the same bytes');

  const page = await fetch(issued.tickets_url);
  equal(page.status, 200);
  equal((await page.text()).match(/crispEdges/g)?.length, issued.quantity);
  say('tickets_url opens the page with both QR codes');

  await until(async () => (await mailsTo('ada@example.org')) > 0, 'The mail did not arrive');
  equal(await mailsTo('ada@example.org'), 1);
  say('The worker has sent one mail');

  const ready = await fetch(`${PUBLIC_URL}/health/ready`);
  same([ready.status, await ready.json()], [200, { status: 'ok', database: 'up', redis: 'up' }]);
  for (const path of ['/metrics', '/metrics/', '/Metrics', '/metrics?all']) {
    const hidden = await fetch(PUBLIC_URL + path, { headers: { 'X-Request-Id': 'curious' } });
    same(
      [hidden.status, hidden.headers.get('X-Request-Id'), await hidden.json()],
      [404, 'curious', errorBody(new RouteNotFound(), 'curious')],
    );
  }
  for (const api of ['api-1', 'api-2']) {
    const told = await fetch(`http://${stack.network.addressOf(api)}:3000/metrics`);
    ok((await told.text()).includes('usher_database_up 1'));
  }
  say('It is ready; metrics are for who asks a process itself, and not for who asks the proxy');

  await tryAddresses(stack.network);
  say(
    'Limits are for the address that the proxy saw, of both processes together, whatever a client says of itself',
  );
}

/** What the block prints, and what it prints when it is run again. */
async function runReadme(stack: Stack, apiKey: string, event: TestEvent): Promise<[string, string]> {
  const folder = join(stack.folder, 'reader');
  await mkdir(join(folder, '.data'), { recursive: true });
  const demo = {
    USHER_API_KEY: apiKey,
    USHER_EVENT_ID: event.id,
    USHER_TICKET_CLASS_ID: event.ticketClass.id,
  };
  const lines = Object.entries(demo).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(join(folder, '.data/demo.env'), lines.join(''));
  const [, block] = blocksOf('README.md', 'sh');
  const options = { cwd: folder, env: { PATH: await pathWithCurl(join(folder, 'bin')) } };
  const run = async () => (await promisify(execFile)('sh', ['-e', '-c', block!.text], options)).stdout;
  return [await run(), await run()];
}

async function mailsTo(address: string): Promise<number> {
  const answer = await fetch(`${MAIL_URL}/api/v1/messages`);
  const { messages } = (await answer.json()) as { messages: { To: { address: string }[] }[] };
  return messages.filter(({ To }) => To.some((recipient) => recipient.address === address)).length;
}

/** Requests without a key are limited by address, so what is left tells whom Usher takes a client for. */
async function tryAddresses(network: Network): Promise<void> {
  const [ada, grace] = CLIENTS;
  const proxy = network.addressOf('proxy');
  const first = await requestsLeft(proxy, ada);
  equal(await requestsLeft(proxy, ada, { 'X-Forwarded-For': grace }), first - 1);
  equal(await requestsLeft(proxy, ada, { 'X-Forwarded-For': `${grace}, 127.0.0.1` }), first - 2);
  equal(await requestsLeft(proxy, grace, { 'X-Forwarded-For': ada, 'X-Forwarded-Proto': 'https' }), first);
  equal(await requestsLeft(proxy, ada), first - 3);
}

function requestsLeft(host: string, from: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = { host, port: 3000, path: '/api/v1/me', localAddress: from, headers, agent: false };
    request(options, (answer) => {
      answer.resume();
      const [, left] = /"ip";r=(\d+)/.exec(String(answer.headers.ratelimit)) ?? [];
      if (left) resolve(Number(left));
      else reject(new Error(`${answer.statusCode} without a limit for the address`));
    })
      .on('error', reject)
      .end();
  });
}
