import { once } from 'node:events';
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { type ApiProcess, Installation } from '../support/installation';
import { createEvent, type TestEvent, ticketsFor } from '../support/organization';
import { openSocket } from '../support/raw-http';

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

describe('SIGTERM while clients are connected that have not sent a request', () => {
  it('ends the process with 0', async () => {
    const installation = await Installation.create();
    try {
      const api = await installation.startApi();
      const sent = [
        '',
        'GET /api/v1/me HTTP/1.1\r\nHost: local',
        'POST /api/v1/contacts HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"email"',
      ];
      const clients = sent.map(() => openSocket(api.url));
      await Promise.all(clients.map((client) => once(client, 'connect')));
      clients.forEach((client, index) => client.write(sent[index]!));
      await api.client.get('/me').expect(200);

      expect(await api.stop('SIGTERM')).toBe(0);
    } finally {
      await installation.close();
    }
  });
});
