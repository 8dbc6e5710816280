import { once } from 'node:events';
import { Agent, get } from 'node:http';
import type { Socket } from 'node:net';
import { startApp, type TestApp } from '../../support/app';
import { Scrape } from '../../support/metrics';
import { createEvent, type TestEvent, type TestOrganization, ticketsFor } from '../../support/organization';
import { openSocket, sendRaw, sendText } from '../../support/raw-http';
import { until } from '../../support/until';

const OVERLOADED = 'Too many requests are waiting. Try again shortly.';

describe('A process that works on as many requests as it may', () => {
  let app: TestApp;
  let organization: TestOrganization;
  let event: TestEvent;

  beforeAll(async () => {
    app = await startApp({ MAX_CONCURRENT_REQUESTS: '3' });
    organization = await app.organization();
    event = await createEvent(organization.client);
  });
  afterAll(() => app.close());

  const issue = () => organization.client.post(`/events/${event.id}/attendees`, ticketsFor(event));

  it('refuses the next one at once, answers probes, and serves again as soon as one is done', async () => {
    const release = await app.database.hold('SELECT FROM events WHERE id = $1 FOR UPDATE', [event.id]);
    const working = [issue(), issue(), issue()].map((request) => request.then(({ status }) => status));
    await app.database.untilBlocked();
    await until(isRefused, 'Nothing is refused');

    const refusal = await sendRaw(app.url, {
      method: 'POST',
      path: `/api/v1/events/${event.id}/attendees`,
      headers: { 'X-API-KEY': organization.client.apiKey!, 'X-Request-Id': 'refused-1' },
      body: ticketsFor(event),
    });
    expect(refusal).toMatchObject({
      status: 503,
      headers: {
        'retry-after': '1',
        'content-type': 'application/json; charset=utf-8',
        'x-request-id': 'refused-1',
      },
      body: { error: OVERLOADED, code: 'overloaded', request_id: 'refused-1' },
    });
    for (const probe of ['/health/live', '/health/ready']) {
      expect((await fetch(app.url + probe)).status).toBe(200);
    }

    const scrape = await Scrape.of(app.url);
    expect(scrape.value('usher_http_requests_in_flight')).toBe(3);
    expect(scrape.value('usher_http_requests_shed_total')).toBeGreaterThan(0);

    await release();
    expect(await Promise.all(working)).toEqual([201, 201, 201]);
    await issue().expect(201);
    const { body } = await organization.client.get(`/events/${event.id}/attendees`).expect(200);
    expect(body.pagination.total).toBe(4);
  });

  async function isRefused(): Promise<boolean> {
    return (await fetch(`${app.url}/api/v1/me`)).status === 503;
  }

  it('does not count requests that are still arriving, and counts them when they are there', async () => {
    const body = JSON.stringify(ticketsFor(event));
    const head = [
      `POST /api/v1/events/${event.id}/attendees HTTP/1.1`,
      'Host: localhost',
      `X-API-KEY: ${organization.client.apiKey}`,
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
      '',
      '',
    ].join('\r\n');
    const slow: Socket[] = [];
    while (slow.length < 5) {
      slow.push(openSocket(app.url));
      slow.at(-1)!.write(head + body.slice(0, 10));
      await until(async () => !(await isRefused()), 'Requests that are still arriving count');
    }
    for (let round = 0; round < 5; round++) await issue().expect(201);

    const answers = slow
      .slice(0, 3)
      .map(async (socket) => String(((await once(socket, 'data')) as [Buffer])[0]));
    const release = await app.database.hold('SELECT FROM events WHERE id = $1 FOR UPDATE', [event.id]);
    for (const socket of slow.slice(0, 3)) socket.write(body.slice(10));
    await until(isRefused, 'Nothing is refused');
    await release();
    for (const answer of await Promise.all(answers)) expect(answer).toMatch(/^HTTP\/1.1 201 /);
    for (const socket of slow) socket.destroy();
    await issue().expect(201);
  });

  it('forgets requests whose clients hang up before the end of them', async () => {
    const head = 'POST /api/v1/contacts HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n';
    for (let round = 0; round < 3; round++) {
      for (const text of ['POST', head, `${head}\r\n{"a"`]) {
        const socket = openSocket(app.url);
        await new Promise((resolve) => socket.write(text, resolve));
        socket.destroy();
      }
    }
    await until(async () => !(await isRefused()), 'They still count');
    const release = await app.database.hold('SELECT FROM events WHERE id = $1 FOR UPDATE', [event.id]);
    const working = [issue(), issue(), issue()].map((request) => request.then(({ status }) => status));
    await app.database.untilBlocked();
    await until(isRefused, 'There is more room than there was');
    await release();
    expect(await Promise.all(working)).toEqual([201, 201, 201]);
  });
});

describe('New connections', () => {
  let app: TestApp;

  afterEach(() => app.close());

  it('come in while hundreds of others are busy', async () => {
    app = await startApp();
    const agent = new Agent({ keepAlive: true, maxSockets: 300 });
    let answered = 0;
    let ended = false;
    const ask = (): void => {
      get(`${app.url}/health/live`, { agent }, (response) => {
        response.resume().on('end', () => {
          answered++;
          if (!ended) ask();
        });
      }).on('error', () => undefined);
    };
    for (let client = 0; client < 300; client++) ask();
    await until(() => answered > 3_000, 'The others are not busy');

    const before = answered;
    const newcomers = Array.from({ length: 40 }, () => sendText(app.url, PROBE));
    for (const { status } of await Promise.all(newcomers)) expect(status).toBe(200);
    // If each of them waited for everybody else it would be 40 × 300.
    expect(answered - before).toBeLessThan(3_000);
    ended = true;
    agent.destroy();
  });

  it('take the place of idle ones when there are as many as there may be', async () => {
    app = await startApp({ MAX_CONNECTIONS: '5' });
    const idle = Array.from({ length: 5 }, () => openSocket(app.url));
    for (const socket of idle) {
      socket.write(PROBE.replace('Connection: close\r\n', ''));
      await once(socket, 'data');
    }
    const closed = Promise.all(idle.map((socket) => once(socket, 'close')));
    await until(
      async () => (await sendText(app.url, PROBE)).status === 200,
      'The idle connections keep everybody out',
    );
    await closed;
  });
});

describe('A client that keeps a connection and sends nothing, or half of its headers', () => {
  it('is told so and hung up on', async () => {
    const app = await startApp();
    try {
      const answers = await Promise.all([
        sendText(app.url, ''),
        sendText(app.url, 'GET /health/live HTTP/1.1\r\n'),
      ]);
      for (const { status, body } of answers) {
        expect({ status, code: body.code }).toEqual({ status: 408, code: 'request_timeout' });
      }
    } finally {
      await app.close();
    }
  }, 30_000);
});

const PROBE = 'GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n';
