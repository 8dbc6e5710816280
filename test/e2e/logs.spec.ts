import { type ApiProcess, Installation } from '../support/installation';
import { createEvent, ticketsFor } from '../support/organization';

jest.setTimeout(120_000);

/** What requests carry and no log may show. */
const PRIVATE = {
  email: 'ada.lovelace@example.org',
  first_name: 'Ada-Private',
  last_name: 'Lovelace-Private',
  phone_number: '+4915112345678',
};
const WRONG_KEY = 'usher_a-key-that-somebody-mistyped';
const IN_A_PATH = 'token-in-a-path';
const IN_A_QUERY = 'needle-in-a-query';

const FIELDS = [
  ...['level', 'time', 'pid', 'hostname', 'msg', 'request_id', 'organization_id', 'key_id'],
  ...['method', 'route', 'status', 'duration_ms', 'lane_wait_ms', 'batch_size'],
];

describe('The log of a process', () => {
  let installation: Installation;
  let api: ApiProcess;
  let organizationId: string;
  let keyId: string;

  beforeAll(async () => {
    installation = await Installation.create();
    api = await installation.startApi();
    const { body: me } = await api.client.get('/me').expect(200);
    [organizationId, keyId] = [me.organization.id as string, me.api_key.id as string];
  });
  afterAll(() => installation.close());

  it('has one line a request, and nothing that is private', async () => {
    const event = await createEvent(api.client, { description: 'Private-Description' });
    const attendees = `/events/${event.id}/attendees`;
    await api.client
      .post(attendees, ticketsFor(event, { contact: PRIVATE, send_email: true }), 'key-of-ada')
      .set('X-Request-Id', 'issued')
      .expect(201);
    await api.client
      .post(attendees, { contact: PRIVATE, note: 'Private-Note' })
      .set('X-Request-Id', 'invalid')
      .expect(400);
    await api.client.get(`${attendees}?email=${PRIVATE.email}`).set('X-Request-Id', 'listed').expect(200);
    await api.client.get('/me').set('X-API-KEY', WRONG_KEY).set('X-Request-Id', 'unknown').expect(401);
    await fetch(`${api.url}/api/v1/me`, {
      method: 'POST',
      body: 'Private-Body',
      headers: { 'X-Request-Id': 'unread', 'Content-Type': 'text/plain', 'X-API-KEY': installation.apiKey },
    });
    await fetch(`${api.url}/t/${IN_A_PATH}?q=${IN_A_QUERY}`, { headers: { 'X-Request-Id': 'lost' } });
    await api.stop();

    const known = { organization_id: organizationId, key_id: keyId };
    const route = '/api/v1/events/:eventId/attendees';
    const ids = ['issued', 'invalid', 'listed', 'unknown', 'unread', 'lost'];
    const lines = linesOf(api).filter(({ msg, request_id }) => {
      return msg === 'request' && ids.includes(request_id as string);
    });
    expect(lines).toMatchObject([
      {
        ...{ request_id: 'issued', ...known, method: 'POST', route, status: 201 },
        ...{ lane_wait_ms: expect.any(Number) as number, batch_size: 1 },
      },
      { request_id: 'invalid', ...known, method: 'POST', route, status: 400 },
      { request_id: 'listed', ...known, method: 'GET', route, status: 200 },
      { request_id: 'unknown', method: 'GET', route: '/api/v1/me', status: 401 },
      { request_id: 'unread', method: 'POST', status: 415 },
      { request_id: 'lost', method: 'GET', status: 404 },
    ]);
    for (const line of lines) {
      expect(line.duration_ms).toEqual(expect.any(Number));
      expect(Object.keys(line).filter((field) => !FIELDS.includes(field))).toEqual([]);
    }
    const secrets = [...Object.values(PRIVATE), installation.apiKey, WRONG_KEY, IN_A_PATH, IN_A_QUERY];
    for (const secret of [...secrets, 'key-of-ada', 'Private-', event.name]) {
      expect(api.output()).not.toContain(secret);
    }
  });

  it('tells of a fault without a stack, SQL or values, under the id of the request', async () => {
    const broken = await installation.startApi();
    await broken.client.get('/me').expect(200);
    await installation.database.query('ALTER TABLE contacts RENAME TO contacts_elsewhere');
    await broken.client
      .post('/contacts', PRIVATE)
      .set('X-Request-Id', 'faulty')
      .expect(500)
      .expect(({ body }) => {
        expect(body).toEqual({
          error: 'Something went wrong on our side',
          code: 'internal_error',
          request_id: 'faulty',
        });
      });
    await broken.stop();

    const faults = linesOf(broken).filter(({ msg }) => msg === 'Request failed');
    expect(faults).toMatchObject([
      {
        request_id: 'faulty',
        fault: { type: 'QueryFailedError', code: '42P01', at: expect.any(String) as string },
      },
    ]);
    expect(broken.output()).not.toMatch(/Private|ada\.lovelace|INSERT|SELECT|node_modules|\n +at /);
  });

  /** Every line is JSON; that is what makes it a log for machines. */
  function linesOf({ output }: ApiProcess): Record<string, unknown>[] {
    return output()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }
});
