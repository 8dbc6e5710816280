import { startApp, type TestApp } from '../../support/app';
import { Scrape } from '../../support/metrics';
import type { TestEvent, TestOrganization } from '../../support/organization';
import { until } from '../../support/until';

const ROUTE = '/api/v1/events/:eventId/attendees';

describe('GET /metrics', () => {
  let app: TestApp;
  let organization: TestOrganization;
  let event: TestEvent;

  beforeAll(async () => {
    app = await startApp();
    organization = await app.organization();
    event = await organization.event({ name: 'Private-Event', capacity: 5 });
  });
  afterAll(() => app.close());

  const scrape = () => Scrape.of(app.url);

  it('is in the text format of Prometheus, for whoever asks, and not to be kept', async () => {
    const { headers } = await fetch(`${app.url}/metrics`);
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8; version=0.0.4');
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('counts requests by the pattern of their route and their status', async () => {
    const name = 'usher_http_request_duration_seconds_count';
    await organization.issue(event);
    await organization.tryIssue(event, { quantity: 0 }).expect(400);
    await fetch(`${app.url}/nothing/here`);
    const told = await scrape();
    expect(told.value(name, { method: 'POST', route: ROUTE, status: '201' })).toBe(1);
    expect(told.value(name, { method: 'POST', route: ROUTE, status: '400' })).toBe(1);
    expect(told.value(name, { method: 'GET', route: 'none', status: '404' })).toBe(1);
    expect(told.text).not.toContain('nothing/here');
  });

  it('counts the seats that were refused, by every way to ask for them, and no replay', async () => {
    const full = await organization.event({ capacity: 1 });
    const { data } = await organization.issue(full, { status: 'invited' });
    await organization.issue(full, { contact: { email: 'eve@example.org' } });
    for (let time = 0; time < 2; time++) {
      await organization
        .tryIssue(full, { contact: { email: 'eve@example.org' }, quantity: 3 }, 'three')
        .expect(409);
    }
    const attendee = `/events/${full.id}/attendees/${data[0]!.id}`;
    await organization.client.patch(attendee, { status: 'valid' }).expect(409);
    expect((await scrape()).value('usher_seats_refused_total', { scope: 'event' })).toBe(4);
  });

  it('counts replays and conflicts of idempotency keys', async () => {
    const before = await scrape();
    const contact = (name: string) => ({ email: 'ada@example.org', first_name: name });
    await organization.tryIssue(event, { contact: contact('Ada') }, 'again').expect(201);
    await organization.tryIssue(event, { contact: contact('Ada') }, 'again').expect(201);
    await organization.tryIssue(event, { contact: contact('Eve') }, 'again').expect(422);
    const after = await scrape();
    const replays = 'usher_idempotent_replays_total';
    expect(after.value(replays)! - before.value(replays)!).toBe(1);
    expect(after.value('usher_idempotency_conflicts_total', { code: 'idempotency_key_reused' })).toBe(1);
  });

  it('tells how requests share transactions, and who waits', async () => {
    const release = await app.database.hold('SELECT FROM events WHERE id = $1 FOR UPDATE', [event.id]);
    const first = organization.tryIssue(event).then(({ status }) => status);
    await app.database.untilBlocked();
    const others = [2, 3].map(() => organization.tryIssue(event).then(({ status }) => status));
    await until(
      async () => (await scrape()).value('usher_lane_waiting_requests') === 2,
      'Nobody waits in a lane',
    );
    const before = await scrape();
    await release();
    expect(await Promise.all([first, ...others])).toEqual([201, 201, 201]);

    const after = await scrape();
    const more = (name: string) => after.value(name)! - before.value(name)!;
    expect(more('usher_lane_batch_size_count')).toBe(1);
    expect(more('usher_lane_batch_size_sum')).toBe(2);
    expect(more('usher_lane_wait_seconds_count')).toBe(2);
    expect(after.value('usher_lane_waiting_requests')).toBe(0);
  });

  it('tells of the pool, of the process and of the event loop', async () => {
    const told = await scrape();
    expect(told.value('usher_database_pool_connections')).toBeGreaterThan(0);
    expect(told.value('usher_database_pool_waiting_requests')).toBe(0);
    expect(told.value('process_resident_memory_bytes')).toBeGreaterThan(1_000_000);
    expect(told.names).toContain('nodejs_eventloop_lag_p99_seconds');
  });

  it('names nobody', async () => {
    const { text } = await scrape();
    for (const secret of [
      organization.id,
      event.id,
      event.name,
      'example.org',
      organization.client.apiKey!,
    ]) {
      expect(text).not.toContain(secret);
    }
  });

  it('leaves out what it cannot learn from the database in time, and tells the rest', async () => {
    const open = 'usher_outbox_open_messages';
    await app.database.query(
      `INSERT INTO outbox_messages (organization_id, id, type, payload, created_at, available_at)
       VALUES ($1, 'msg_1', 'nobody-handles', '{}', now() - interval '1 hour', now() + interval '1 hour')`,
      [organization.id],
    );
    await until(async () => (await scrape()).value(open) === 1, 'The open message is not told of');
    const told = await scrape();
    expect(told.value('usher_database_up')).toBe(1);
    expect(told.value('usher_outbox_oldest_open_seconds')).toBeGreaterThanOrEqual(3_600);
    expect(told.value('usher_outbox_oldest_untried_seconds')).toBeGreaterThanOrEqual(3_600);

    const release = await app.database.hold('LOCK TABLE outbox_messages IN ACCESS EXCLUSIVE MODE');
    await until(async () => (await scrape()).value('usher_database_up') === 0, 'It waits for the database');
    const without = await scrape();
    expect(without.value(open)).toBeUndefined();
    expect(without.value('usher_database_pool_connections')).toBeGreaterThan(0);
    await release();
    await until(async () => (await scrape()).value(open) === 1, 'It does not ask the database again');
  });
});

describe('GET /metrics with METRICS_TOKEN', () => {
  const token = 'a-token-for-prometheus';
  let app: TestApp;

  beforeAll(async () => {
    app = await startApp({ METRICS_TOKEN: token });
  });
  afterAll(() => app.close());

  it.each([undefined, token, 'Bearer wrong', `Bearer ${token}x`])('is not told to %s', async (given) => {
    const answer = await fetch(`${app.url}/metrics`, { headers: given ? { Authorization: given } : {} });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="Usher metrics"');
    expect(await answer.json()).toMatchObject({ code: 'metrics_token_missing' });
  });

  it('is told to who has the token', async () => {
    const answer = await fetch(`${app.url}/metrics`, { headers: { Authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('usher_database_up 1');
  });
});
