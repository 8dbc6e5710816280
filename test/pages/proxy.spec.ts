import { once } from 'node:events';
import type { Socket } from 'node:net';
import { startApp, type TestApp } from '../support/app';
import { Client } from '../support/client';
import { type Haproxy, startHaproxy } from '../support/haproxy';
import { type TestOrganization, ticketsFor } from '../support/organization';
import { openSocket, sendRaw, sendText } from '../support/raw-http';
import { until } from '../support/until';

/** More than a process has places for requests. */
const STALLED = 300;
/** Places for those whose body does not fit the buffer of the proxy. */
const PLACES = 32;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

describe('The proxy of deploy/haproxy.cfg', () => {
  let app: TestApp;
  let organization: TestOrganization;
  let proxy: Haproxy;

  beforeAll(async () => {
    app = await startApp();
    organization = await app.organization();
    proxy = await startHaproxy(new URL(app.url));
  });
  afterAll(async () => {
    await proxy.stop();
    await app.close();
  });

  describe('while clients do not send the rest of a request', () => {
    let sockets: Socket[] = [];
    afterEach(() => sockets.forEach((socket) => socket.destroy()));

    const chunk = (size: number) => `${size.toString(16)}\r\n${' '.repeat(size)}\r\n`;
    it.each([
      ['of a known length', ['Content-Length: 200000'], ' '.repeat(20_000)],
      [
        'of a known length behind large headers',
        ['Content-Length: 14000', `X-Y: ${'y'.repeat(8_000)}`],
        ' '.repeat(9_000),
      ],
      ['in chunks', ['Transfer-Encoding: chunked'], chunk(20_000)],
      [
        'in chunks behind large headers',
        ['Transfer-Encoding: chunked', `X-Y: ${'y'.repeat(12_000)}`],
        chunk(4_000),
      ],
    ])('sells to the others (%s)', async (_, headers, body) => {
      const event = await organization.event();
      let refused = 0;
      sockets = Array.from({ length: STALLED }, () => openSocket(proxy.url).once('data', () => refused++));
      await Promise.all(sockets.map((socket) => once(socket, 'connect')));
      const head = ['POST /api/v1/contacts HTTP/1.1', 'Host: localhost', 'Content-Type: application/json'];
      for (const socket of sockets) socket.write([...head, ...headers, '', body].join('\r\n'));
      await until(() => refused === STALLED - PLACES, 'Those who stall take other places');

      const client = new Client(proxy.url, organization.client.apiKey);
      await client.post(`/events/${event.id}/attendees`, ticketsFor(event)).expect(201);
    });
  });

  it('keeps the request id of a client, and no other', async () => {
    const answer = (id: string) => sendRaw(proxy.url, { path: '/metrics', headers: { 'X-Request-Id': id } });
    for (const id of ['good', 'good, evil"', 'evil", good']) {
      const { status, headers, body } = await answer(id);
      expect(status).toBe(404);
      expect(headers['x-request-id']).toBe(body.request_id);
      expect(body.request_id).toMatch(id === 'good' ? /^good$/ : UUID);
    }
  });

  it('gives an id to a request that does not arrive in time, too', async () => {
    const { status, headers, body } = await sendText(
      proxy.url,
      'POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n',
    );
    expect(status).toBe(408);
    expect(body).toMatchObject({ code: 'request_timeout', request_id: expect.stringMatching(UUID) });
    expect(headers['x-request-id']).toBe(body.request_id);
  });
});
