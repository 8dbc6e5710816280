import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { until } from '../../support/until';
import { Installation, type ApiProcess } from '../../support/installation';
import { createEvent, type TestEvent, ticketsFor } from '../../support/organization';

/** What the log must hold nothing of: SQL, stacks, and what clients have sent. */
const SECRETS =
  /\b(SELECT|INSERT|UPDATE|FROM|unnest)\b|\n\s+at |node_modules|secret@example\.org|Countess|\$1/;

describe('A failure of the database', () => {
  let installation: Installation;
  let api: ApiProcess;
  let event: TestEvent;

  beforeAll(async () => {
    installation = await Installation.create({ LOG_LEVEL: 'error' });
    api = await installation.startApi();
    event = await createEvent(api.client);
  });
  afterAll(() => installation.close());

  const requests = () => [
    api.client.post(
      `/events/${event.id}/attendees`,
      ticketsFor(event, { contact: { email: 'secret@example.org', first_name: 'Countess' } }),
    ),
    api.client.post('/contacts', { email: 'secret@example.org', first_name: 'Countess' }),
    api.client.get('/contacts?email=secret@example.org'),
    api.client.get(`/events/${event.id}/attendees`),
    api.client.get(`/events/${event.id}/attendees/export`),
  ];

  /** The lines that were logged since, once there is one for each of these requests. */
  async function logged(since: number, requestIds: string[]): Promise<string> {
    const log = () => api.output().slice(since);
    await until(() => requestIds.every((id) => log().includes(id)), 'The failure is not logged');
    return log();
  }

  /** Tickets of one person with a long name: some 25 MB of them, more than a connection holds. */
  async function sellMuch(large: TestEvent): Promise<void> {
    const contact = { email: 'secret@example.org', first_name: 'Countess' };
    await api.client.post(`/events/${large.id}/attendees`, ticketsFor(large, { contact })).expect(201);
    await installation.database.query(
      `UPDATE contacts SET last_name = repeat('x', 8000) WHERE email = 'secret@example.org';
       INSERT INTO attendees (organization_id, id, event_id, ticket_class_id, contact_id, payment_id, status,
                              payment_method, barcode, created_at, updated_at)
       SELECT organization_id, id || n, event_id, ticket_class_id, contact_id, payment_id, status,
              payment_method, barcode || n, created_at, updated_at
       FROM attendees, generate_series(1, 3000) AS n WHERE event_id = '${large.id}'`,
    );
  }

  it('is a 500 that tells nothing, and the log finds it by the request id without telling more than it must', async () => {
    const since = api.output().length;
    await installation.database.query('ALTER TABLE contacts RENAME TO mislaid');
    try {
      const ids: string[] = [];
      for (const request of requests()) {
        const { status, body, headers } = await request;
        expect({ status, body }).toEqual({
          status: 500,
          body: {
            error: 'Something went wrong on our side',
            code: 'internal_error',
            request_id: headers['x-request-id'],
          },
        });
        ids.push(headers['x-request-id']!);
      }
      const log = await logged(since, ids);
      expect(log).toContain('relation \\"contacts\\" does not exist');
      expect(log).toContain('"code":"42P01"');
      expect(log).not.toMatch(SECRETS);
      expect(log).not.toContain(installation.apiKey);
    } finally {
      await installation.database.query('ALTER TABLE mislaid RENAME TO contacts');
    }
  });

  it('in the middle of an export breaks it off, and the log says no more than it must', async () => {
    const since = api.output().length;
    const large = await createEvent(api.client);
    await sellMuch(large);
    const [response] = (await once(
      get(`${api.url}/api/v1/events/${large.id}/attendees/export`, {
        headers: { 'X-API-KEY': installation.apiKey },
      }),
      'response',
    )) as [IncomingMessage];
    expect(response.statusCode).toBe(200);
    // What is not read is not sent: the server waits with most of the file still in the database.
    await installation.database.query('ALTER TABLE contacts RENAME TO mislaid');
    try {
      const brokenOff = once(response, 'error');
      response.resume();
      await brokenOff;
      expect(response.complete).toBe(false);
      const log = await logged(since, [response.headers['x-request-id'] as string]);
      expect(log).toContain('relation \\"contacts\\" does not exist');
      expect(log).not.toMatch(SECRETS);
    } finally {
      await installation.database.query('ALTER TABLE mislaid RENAME TO contacts');
    }
  });

  it('that goes away is over for the next request', async () => {
    for (const request of requests()) expect((await request).status).toBeLessThan(500);
  });

  it('that breaks every connection is a 503 at worst, and over for the request after it', async () => {
    const since = api.output().length;
    for (let round = 0; round < 3; round++) {
      await installation.database.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()`,
      );
      for (const request of requests()) expect([200, 201, 409, 503]).toContain((await request).status);
    }
    await api.client.get('/me').expect(200);
    expect(api.output().slice(since)).not.toMatch(SECRETS);
  });
});
