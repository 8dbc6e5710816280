import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../support/free-port';
import { type ApiProcess, Installation } from '../support/installation';
import { Scrape } from '../support/metrics';
import { createEvent, type TestEvent, ticketsFor } from '../support/organization';
import { type CollectedSpan, startTraceCollector, type TraceCollector } from '../support/trace-collector';
import { until } from '../support/until';

jest.setTimeout(120_000);

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER = '00f067aa0ba902b7';
const CREATE = 'POST /api/v1/events/:eventId/attendees';

describe('Traces', () => {
  let collector: TraceCollector;
  let installation: Installation;
  let api: ApiProcess;
  let event: TestEvent;

  beforeAll(async () => {
    collector = await startTraceCollector();
    installation = await Installation.create({
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_SERVICE_NAME: 'box-office',
    });
    api = await installation.startApi();
    event = await createEvent(api.client, { name: 'Private-Event' });
    await issue({ contact: { email: 'ada.private@example.org' }, send_email: true })
      .set('traceparent', `00-${TRACE}-${CALLER}-01`)
      .expect(201);
    await shareOneBatch();
    await hangUp('abandoned');
    await api.client.get('/me').set('traceparent', 'nonsense').set('X-Request-Id', 'traced').expect(200);
    await fetch(`${api.url}/health/ready`);
    await fetch(`${api.url}/t/token-in-a-path`);
    await until(async () => (await openMessages()).length === 0, 'The mail was not delivered');
    // What has not been sent yet is sent at the end.
    expect(await api.stop()).toBe(0);
  });
  afterAll(async () => {
    await installation.close();
    await collector.close();
  });

  const issue = (fields = {}) => api.client.post(`/events/${event.id}/attendees`, ticketsFor(event, fields));
  const openMessages = () =>
    installation.database.query('SELECT FROM outbox_messages WHERE delivered_at IS NULL');
  const named = (name: string) => collector.spans.filter((span) => span.name === name);
  const attribute = ({ attributes }: CollectedSpan, name: string) =>
    attributes.find(({ key }) => key === name)?.value;

  /** Two requests that wait for the one before, and so for each other's transaction. */
  async function shareOneBatch(): Promise<void> {
    const release = await installation.database.hold('SELECT FROM events WHERE id = $1 FOR UPDATE', [
      event.id,
    ]);
    const send = () => issue().then(({ status }) => status);
    const first = send();
    await installation.database.untilBlocked();
    const others = [send(), send()];
    await until(
      async () => (await Scrape.of(api.url)).value('usher_lane_waiting_requests') === 2,
      'Nobody waits in a lane',
    );
    await release();
    expect(await Promise.all([first, ...others])).toEqual([201, 201, 201]);
  }

  /** The client of this request leaves while it waits. */
  async function hangUp(requestId: string): Promise<void> {
    const release = await installation.database.hold('SELECT FROM events WHERE id = $1 FOR UPDATE', [
      event.id,
    ]);
    const client = new AbortController();
    const answer = fetch(`${api.url}/api/v1/events/${event.id}/attendees`, {
      method: 'POST',
      headers: {
        'X-API-KEY': installation.apiKey,
        'X-Request-Id': requestId,
        'Content-Type': 'application/json',
      },
      body: JSON.stringify(ticketsFor(event)),
      signal: client.signal,
    });
    await installation.database.untilBlocked();
    client.abort();
    await expect(answer).rejects.toThrow();
    await until(
      async () => (await Scrape.of(api.url)).value('usher_http_requests_in_flight') === 0,
      'The client is not missed',
    );
    await release();
  }

  it('continue the one of the caller, by the pattern of the route', () => {
    const continued = named(CREATE).find(({ traceId }) => traceId === TRACE)!;
    expect(continued.parentSpanId).toBe(CALLER);
    expect(attribute(continued, 'http.response.status_code')).toEqual({ intValue: 201 });
    expect(attribute(continued, 'usher.request_id')!.stringValue).toMatch(/^\w{26}$/);
    expect(collector.text()).toContain('"box-office"');
  });

  it('tell no status of a request whose client has left before the answer', () => {
    const abandoned = named(CREATE).find(
      (span) => attribute(span, 'usher.request_id')!.stringValue === 'abandoned',
    )!;
    expect(attribute(abandoned, 'http.response.status_code')).toBeUndefined();
    expect(abandoned.status.code ?? 0).toBe(0);
  });

  it('are named in the log', () => {
    const line = api
      .output()
      .split('\n')
      .find((text) => text.includes('"request_id":"traced"'))!;
    const [me] = named('GET /api/v1/me');
    expect(JSON.parse(line)).toMatchObject({ trace_id: me!.traceId });
  });

  it('begin anew for who sends none', () => {
    const [me] = named('GET /api/v1/me');
    expect(me!.parentSpanId).toBeFalsy();
    expect(me!.traceId).not.toBe(TRACE);
  });

  it('lead from a shared transaction to the requests that share it', () => {
    const requests = named(CREATE).filter(({ traceId }) => traceId !== TRACE);
    const shared = named('issue tickets').find(({ links }) => links?.length === 2)!;
    for (const { traceId, spanId } of shared.links!) {
      expect(requests.some((request) => request.traceId === traceId && request.spanId === spanId)).toBe(true);
    }
  });

  it('go on to the mail that follows from a request', () => {
    const [mail] = named('deliver attendees.confirmation');
    const request = named(CREATE).find(({ traceId }) => traceId === TRACE)!;
    expect([mail!.traceId, mail!.parentSpanId]).toEqual([TRACE, request.spanId]);
  });

  it('leave out what asks again and again, and everything private', () => {
    const text = collector.text();
    for (const secret of ['health', 'Private', 'private', 'token-in-a-path', installation.apiKey]) {
      expect(text).not.toContain(secret);
    }
  });
});

it('does not keep requests or the end of a process waiting for a collector that is away', async () => {
  const away = `http://127.0.0.1:${await freePort()}`;
  const installation = await Installation.create({ OTEL_EXPORTER_OTLP_ENDPOINT: away });
  const api = await installation.startApi();
  await api.client.get('/me').expect(200);
  expect(await api.stop()).toBe(0);
  await installation.close();
});

it('loads nothing of it where nothing is traced', async () => {
  const sources = join(__dirname, '../../src');
  // The metrics' library loads the API package, which does nothing by itself.
  const program = `
    require('${sources}/app.setup');
    require('${sources}/common/observability/load-tracing').loadTracing({});
    console.log(Object.keys(require.cache).filter((file) => /@opentelemetry.(?!api)/.test(file)).length)`;
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', program]);
  expect(stdout).toBe('0\n');
});
