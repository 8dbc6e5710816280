import { once } from 'node:events';
import { startApp, type TestApp } from '../../support/app';
import { Scrape } from '../../support/metrics';
import { createEvent, type TestEvent, type TestOrganization, ticketsFor } from '../../support/organization';
import { openSocket } from '../../support/raw-http';
import { until } from '../../support/until';

describe('Requests that are sent without waiting for answers', () => {
  let app: TestApp;
  let organization: TestOrganization;
  let event: TestEvent;

  beforeAll(async () => {
    app = await startApp({ MAX_CONCURRENT_REQUESTS: '10' });
    organization = await app.organization();
    event = await createEvent(organization.client);
  });
  afterAll(() => app.close());

  const holdEvent = () => app.database.hold('SELECT FROM events WHERE id = $1 FOR UPDATE', [event.id]);

  const inFlight = async () => (await Scrape.of(app.url)).value('usher_http_requests_in_flight');

  async function ticketsOf(email: string): Promise<number> {
    const { body } = await organization.client
      .get(`/events/${event.id}/attendees?email=${email}`)
      .expect(200);
    return (body as { pagination: { total: number } }).pagination.total;
  }

  function purchases(count: number, email: string): string {
    const body = JSON.stringify(ticketsFor(event, { contact: { email } }));
    const purchase = (index: number) => `POST /api/v1/events/${event.id}/attendees HTTP/1.1
Host: localhost
X-API-KEY: ${organization.client.apiKey}
X-Request-Id: purchase-${index}
Content-Type: application/json
Content-Length: ${body.length}

`;
    return Array.from({ length: count }, (_, index) => purchase(index).replaceAll('\n', '\r\n') + body).join(
      '',
    );
  }

  it('are worked on one after another, and answered in order', async () => {
    const release = await holdEvent();
    const socket = openSocket(app.url);
    let answers = '';
    socket.on('data', (data: Buffer) => (answers += data.toString()));
    socket.write(purchases(20, 'patient@example.org'));
    await app.database.untilBlocked();
    expect(await inFlight()).toBe(1);

    await release();
    await until(() => answers.split('HTTP/1.1 201 ').length === 21, 'They are not all answered');
    const ids = [...answers.matchAll(/^X-Request-Id: purchase-(\d+)/gm)].map(([, index]) => Number(index));
    expect(ids).toEqual(Array.from({ length: 20 }, (_, index) => index));
    expect(await ticketsOf('patient@example.org')).toBe(20);
    socket.destroy();
  });

  it('are forgotten when the client hangs up, and those that nobody has begun are not done', async () => {
    const release = await holdEvent();
    const socket = openSocket(app.url);
    socket.write(purchases(20, 'hasty@example.org'));
    await app.database.untilBlocked();
    socket.destroy();
    await until(async () => (await inFlight()) === 0, 'They still count');

    await release();
    await until(async () => (await ticketsOf('hasty@example.org')) > 0, 'What was begun is not done');
    expect(await ticketsOf('hasty@example.org')).toBe(1);
  });

  it('stop nobody else, however many there are', async () => {
    const socket = openSocket(app.url);
    const closed = once(socket, 'close');
    // The server hangs up.
    socket.resume().write('GET /api/v1/me HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(1_100));
    await closed;
    await until(async () => (await inFlight()) === 0, 'They still count');
    await organization.client.get('/me').expect(200);
  });
});
