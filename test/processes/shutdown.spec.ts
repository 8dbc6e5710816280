import { once } from 'node:events';
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { type ApiProcess, Installation } from '../support/installation';
import { createEvent, type TestEvent, ticketsFor } from '../support/organization';

jest.setTimeout(120_000);

const REQUESTS = 100;

describe('SIGTERM during a burst', () => {
  let installation: Installation;
  let api: ApiProcess;
  let event: TestEvent;

  beforeAll(async () => {
    installation = await Installation.create();
    api = await installation.startApi();
    event = await createEvent(api.client);
  });
  afterAll(() => installation.close());

  it('answers every request that was accepted, ends the connections with the answers, and exits with 0', async () => {
    const release = await installation.database.hold('SELECT FROM events WHERE id = $1 FOR UPDATE', [
      event.id,
    ]);
    const agent = new Agent({ keepAlive: true });
    const requests = Array.from({ length: REQUESTS }, () => open(agent));
    await Promise.all(requests.map((one) => once(one, 'continue')));
    const answers = requests.map((one, index) => finish(one, `guest${index}@example.org`));
    await installation.database.untilBlocked();

    const stopped = api.stop('SIGTERM');
    await refused();
    await release();
    for (const answer of await Promise.all(answers)) {
      expect(answer).toEqual({
        status: 201,
        connection: 'close',
        body: expect.stringContaining('tkt_') as string,
      });
    }
    expect(await stopped).toBe(0);
    await installation.expectNoDrift();
    agent.destroy();
  });

  /** Asks to be told to go on: the server does so when it has accepted the request. */
  function open(agent: Agent): ClientRequest {
    const headers = {
      'X-API-KEY': installation.apiKey,
      'Content-Type': 'application/json',
      Expect: '100-continue',
    };
    const one = request(`${api.url}/api/v1/events/${event.id}/attendees`, { method: 'POST', agent, headers });
    one.flushHeaders();
    return one;
  }

  async function finish(one: ClientRequest, email: string) {
    one.end(JSON.stringify(ticketsFor(event, { contact: { email } })));
    const [answer] = (await once(one, 'response')) as [IncomingMessage];
    return { status: answer.statusCode, connection: answer.headers.connection, body: await text(answer) };
  }

  async function refused(): Promise<void> {
    while (
      await fetch(`${api.url}/health/live`).then(
        () => true,
        () => false,
      )
    );
  }
});
