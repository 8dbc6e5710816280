import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { startApp, type TestApp } from '../../support/app';
import { Scrape } from '../../support/metrics';
import { type TestOrganization, ticketsFor } from '../../support/organization';
import { openSocket } from '../../support/raw-http';
import { until } from '../../support/until';

/** More than are worked on at a time. */
const AT_ONCE = 300;
const HELD_MS = 500;

describe('The duration of a request', () => {
  let app: TestApp;
  let organization: TestOrganization;

  beforeAll(async () => {
    app = await startApp();
    organization = await app.organization();
  });
  afterAll(() => app.close());

  it('begins when the request is there, not when it is its turn', async () => {
    const event = await organization.event();
    let arrived = 0;
    app.nest.getHttpServer().on('request', () => arrived++);
    const letGo = await app.database.hold('SELECT FROM events WHERE id = $1 FOR UPDATE', [event.id]);
    const body = JSON.stringify(ticketsFor(event));
    const request = [
      `POST /api/v1/events/${event.id}/attendees HTTP/1.1`,
      'Host: localhost',
      'Connection: close',
      `X-API-KEY: ${organization.client.apiKey}`,
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n');
    const answered = Array.from({ length: AT_ONCE }, () => {
      const socket = openSocket(app.url).resume();
      socket.write(request);
      return once(socket, 'close');
    });
    await until(() => arrived === AT_ONCE, 'They do not arrive');
    await sleep(HELD_MS);
    await letGo();
    await Promise.all(answered);

    const scrape = await Scrape.of(app.url);
    const labels = { method: 'POST', route: '/api/v1/events/:eventId/attendees', status: '201' };
    const upTo = (le: string) =>
      scrape.value('usher_http_request_duration_seconds_bucket', { ...labels, le }) ?? 0;
    expect(upTo('+Inf')).toBe(AT_ONCE);
    expect(upTo(String(HELD_MS / 1_000))).toBe(0);
  });
});
