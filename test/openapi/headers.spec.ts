import type { Test } from 'supertest';
import { ApiDocument, type Operation } from '../support/api-document';
import { startApp, type TestApp } from '../support/app';
import { Client } from '../support/client';
import { type AnswerHead, ownHeadersOf, problemOfHeaders } from '../support/headers-of-answers';
import { ticketsFor, type TestOrganization } from '../support/organization';

const EVENT = '/api/v1/events/{eventId}';
const USUAL = ['x-request-id', 'ratelimit-policy', 'ratelimit'];

/** The operation that was asked, its answer, and what that is to say. */
type Exchange = [operation: string, answer: AnswerHead, headers: string[]];

/** The fuzzer judges every answer like this; here is one of each kind, also of those that it never gets. */
describe('the headers in the OpenAPI document', () => {
  let app: TestApp;
  let document: ApiDocument;
  let organization: TestOrganization;
  let exchanges: Exchange[];

  beforeAll(async () => {
    app = await startApp({ RATE_LIMIT: '1000000/10s' });
    document = await ApiDocument.of(app.url);
    organization = await app.organization();
    exchanges = [
      ...(await plain()),
      ...(await replayed()),
      ...(await erased()),
      ...(await inProgress()),
      ...(await rateLimited()),
      ...(await overloaded()),
      // The last, as it takes a table away.
      ...(await failed()),
    ];
  });
  afterAll(() => app.close());

  it('are those of the answers, and none is missing that is always sent', () => {
    for (const [name, answer] of exchanges) {
      const problem = problemOfHeaders(operationOf(name), answer);
      expect([name, answer.status, problem]).toEqual([name, answer.status, undefined]);
    }
  });

  it('come with the answers that they are about, and with no other', () => {
    for (const [name, answer, headers] of exchanges) {
      const { status } = answer;
      expect([name, status, ownHeadersOf(answer).sort()]).toEqual([name, status, [...headers].sort()]);
    }
  });

  it('are all sent, with every status that names them', () => {
    const named = document.operations.flatMap(({ responses }) =>
      Object.entries(responses).flatMap(([status, { headers }]) => namesOf(status, Object.keys(headers))),
    );
    const sent = exchanges.flatMap(([, answer]) => namesOf(answer.status, ownHeadersOf(answer)));
    expect([...new Set(sent)].sort()).toEqual([...new Set(named)].sort());
  });

  async function plain(): Promise<Exchange[]> {
    const { client } = organization;
    const event = await organization.event();
    const { id } = await organization.issueOne(event);
    const reader = await organization.clientWith('events:read');
    return [
      ['GET /api/v1/me', await client.get('/me').expect(200), USUAL],
      ['GET /api/v1/contacts', await client.get('/contacts?page=0').expect(400), USUAL],
      ['GET /api/v1/me', await app.anonymous.get('/me').expect(401), [...USUAL, 'www-authenticate']],
      ['GET /api/v1/contacts', await reader.get('/contacts').expect(403), USUAL],
      [`GET ${EVENT}`, await client.get('/events/evt_x').expect(404), USUAL],
      [
        'POST /api/v1/contacts',
        await client.post('/contacts', { a: 'x'.repeat(300_000) }).expect(413),
        USUAL,
      ],
      ['POST /api/v1/contacts', await client.upload('/contacts', 'email').expect(415), USUAL],
      [
        `PATCH ${EVENT}/attendees/{attendeeId}`,
        await organization.changeAttendee(event, id, { status: 'rejected' }).expect(422),
        USUAL,
      ],
      [
        `GET ${EVENT}/attendees/export`,
        await client.get(`/events/${event.id}/attendees/export`).expect(200),
        [...USUAL, 'content-disposition'],
      ],
    ];
  }

  /** What is stored, of every status there is, each of it once as the first answer and once again. */
  async function replayed(): Promise<Exchange[]> {
    const { client } = organization;
    const event = await organization.event({ capacity: 2 });
    const { data, payment_id: paymentId } = await organization.issue(event);
    const ticket = data[0]!;
    await organization.changeAttendee(event, ticket.id, { status: 'pending_approval' }).expect(200);
    const stored: [operation: string, status: number, send: () => Test][] = [
      [
        `POST ${EVENT}/attendees/import`,
        200,
        () => client.upload(`/events/${event.id}/attendees/import?dry_run=true`, 'email\na@example.org', '1'),
      ],
      [`POST ${EVENT}/attendees`, 201, () => organization.tryIssue(event, {}, '2')],
      [
        'POST /api/v1/payments/{paymentId}/confirmation-email',
        202,
        () => client.post(`/payments/${paymentId}/confirmation-email`, undefined, '3'),
      ],
      [`POST ${EVENT}/attendees`, 404, () => organization.tryIssue({ ...event, id: 'evt_x' }, {}, '4')],
      [`POST ${EVENT}/attendees`, 409, () => organization.tryIssue(event, { quantity: 3 }, '5')],
      [`POST ${EVENT}/check-ins`, 422, () => organization.scan(event, { attendee_id: ticket.id }, '6')],
    ];
    const twice: Exchange[] = [];
    for (const [operation, status, send] of stored) {
      twice.push([operation, await send().expect(status), USUAL]);
      twice.push([operation, await send().expect(status), [...USUAL, 'idempotent-replay']]);
    }
    return twice;
  }

  async function erased(): Promise<Exchange[]> {
    const create = () => organization.client.post('/contacts', { email: 'gone@example.org' }, 'erased');
    const { body } = await create().expect(201);
    await organization.client.delete(`/contacts/${body.id}`).expect(200);
    return [['POST /api/v1/contacts', await create().expect(410), USUAL]];
  }

  async function inProgress(): Promise<Exchange[]> {
    const event = await organization.event();
    const letGo = await app.database.hold('SELECT FROM events WHERE id = $1 FOR UPDATE', [event.id]);
    const first = organization.tryIssue(event, {}, 'twice').then((answer) => answer);
    await app.database.untilBlocked();
    const second = await organization.tryIssue(event, {}, 'twice').expect(409);
    const locked = await first;
    await letGo();
    expect(locked.status).toBe(503);
    return [
      [`POST ${EVENT}/attendees`, second, [...USUAL, 'retry-after']],
      [`POST ${EVENT}/attendees`, locked, [...USUAL, 'retry-after']],
    ];
  }

  async function rateLimited(): Promise<Exchange[]> {
    const rationed = await startApp({ DATABASE_URL: app.database.url, RATE_LIMIT: '1/3600s' });
    await rationed.anonymous.get('/me').expect(401);
    const refused = await rationed.anonymous.get('/me').expect(429);
    await rationed.close();
    return [['GET /api/v1/me', refused, [...USUAL, 'retry-after']]];
  }

  async function overloaded(): Promise<Exchange[]> {
    const narrow = await startApp({ DATABASE_URL: app.database.url, MAX_CONCURRENT_REQUESTS: '1' });
    const client = new Client(narrow.url, organization.client.apiKey);
    const event = await organization.event();
    const letGo = await app.database.hold('SELECT FROM events WHERE id = $1 FOR UPDATE', [event.id]);
    const working = client.post(`/events/${event.id}/attendees`, ticketsFor(event)).then(() => undefined);
    await app.database.untilBlocked();
    const refused = await client.get('/me').expect(503);
    await letGo();
    await working;
    await narrow.close();
    return [['GET /api/v1/me', refused, ['x-request-id', 'retry-after']]];
  }

  async function failed(): Promise<Exchange[]> {
    await app.database.query('ALTER TABLE contacts RENAME TO mislaid');
    const answer = await organization.client.get('/contacts').expect(500);
    return [['GET /api/v1/contacts', answer, USUAL]];
  }

  function operationOf(name: string): Operation {
    const [method, path] = name.split(' ') as [string, string];
    return document.operation(method, path);
  }
});

function namesOf(status: number | string, headers: string[]): string[] {
  return headers.map((header) => `${status} ${header}`);
}
