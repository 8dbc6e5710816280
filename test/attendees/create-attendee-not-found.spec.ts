import { newId } from '../../src/common/ids/ids';
import { startApp, type TestApp } from '../support/app';
import { ticketsFor, type TestEvent, type TestOrganization } from '../support/organization';

/** Ids that are none, percent-encoded as a path needs them. */
const MALFORMED = [
  'x',
  'evt_',
  'evt_01k5x9a3v8e6rr4c1m2n3p4q5',
  'evt_81k5x9a3v8e6rr4c1m2n3p4q5s',
  'EVT_01K5X9A3V8E6RR4C1M2N3P4Q5S',
  'tcl_01k5x9a3v8e6rr4c1m2n3p4q5s',
  '%00',
  'evt_01k5x9a3v8e6rr4c1m2n3p4q5s%00',
  '..%2f..',
  `'%20OR%201=1--`,
  '%F0%9F%8E%9F',
  'x'.repeat(3_000),
];

describe('What create attendee does not find', () => {
  let app: TestApp;
  let organization: TestOrganization;
  let stranger: TestOrganization;
  let event: TestEvent;
  let foreign: TestEvent;

  beforeAll(async () => {
    app = await startApp();
    organization = await app.organization();
    stranger = await app.organization();
    event = await organization.event();
    foreign = await stranger.event();
  });
  afterAll(() => app.close());

  /** The answer with everything but what belongs to the single request. */
  async function answerTo(eventId: string, fields: Record<string, unknown> = {}) {
    const { status, headers, text } = await organization.client
      .post(`/events/${eventId}/attendees`, ticketsFor(event, fields))
      .set('X-Request-Id', 'same');
    const { date, ...rest } = headers as Record<string, string>;
    expect(date).toBeDefined();
    return { status, headers: rest, text };
  }

  it('is an event: unknown, malformed and foreign ids get the same bytes', async () => {
    const unknown = await answerTo(newId('event'));
    expect(unknown).toMatchObject({
      status: 404,
      text: '{"error":"Event not found","code":"event_not_found","request_id":"same"}',
    });
    for (const id of [foreign.id, ...MALFORMED]) expect(await answerTo(id)).toEqual(unknown);
  });

  it('is an event before it is a ticket class', async () => {
    const unknown = await answerTo(newId('event'));
    expect(await answerTo(foreign.id, { ticket_class_id: foreign.ticketClass.id })).toEqual(unknown);
    expect(await answerTo(newId('event'), { ticket_class_id: 'x' })).toEqual(unknown);
  });

  it('is a ticket class: unknown, malformed, foreign, deleted, and of another event get the same bytes', async () => {
    const deleted = await organization.ticketClass(event, { name: 'Deleted' });
    await app.database.query(`UPDATE ticket_classes SET status = 'deleted' WHERE id = $1`, [deleted.id]);
    const other = await organization.event();

    const unknown = await answerTo(event.id, { ticket_class_id: newId('ticketClass') });
    expect(unknown).toMatchObject({
      status: 404,
      text: '{"error":"Ticket class not found","code":"ticket_class_not_found","request_id":"same"}',
    });
    for (const ticket_class_id of [
      foreign.ticketClass.id,
      deleted.id,
      other.ticketClass.id,
      event.id,
      event.ticketClass.id.toUpperCase(),
      ` ${event.ticketClass.id}`,
      '',
      '%00',
      `' OR 1=1 --`,
      'x'.repeat(200_000),
    ]) {
      expect(await answerTo(event.id, { ticket_class_id })).toEqual(unknown);
    }
  });

  it('leaves no trace of the request', async () => {
    const contact = { email: 'nobody@example.org' };
    await answerTo(foreign.id, { contact, send_email: true });
    await answerTo(event.id, { contact, send_email: true, ticket_class_id: foreign.ticketClass.id });
    for (const table of ['contacts', 'attendees', 'payments', 'outbox_messages']) {
      expect(await app.database.query(`SELECT id FROM ${table}`)).toEqual([]);
    }
  });

  it('does not lend its neighbours in the batch anything', async () => {
    const answers = await Promise.all([
      ...Array.from({ length: 10 }, () => organization.tryIssue(event)),
      ...Array.from({ length: 10 }, () => stranger.tryIssue(foreign)),
      ...Array.from({ length: 10 }, () => stranger.tryIssue(event)),
      ...Array.from({ length: 10 }, () => organization.tryIssue(foreign)),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([
      ...Array<number>(20).fill(201),
      ...Array<number>(20).fill(404),
    ]);
    await app.expectNoDrift();
  });
});
