import { newId } from '../../src/common/ids/ids';
import type { Client } from '../support/client';
import { startApp, type TestApp } from '../support/app';
import type { TestEvent } from '../support/organization';

/** What an organization that the event is none of the business of may try. */
const ATTEMPTS: [
  name: string,
  attempt: (client: Client, eventId: string, ticketClassId: string) => Attempt,
][] = [
  ['reads the event', (client, event) => client.get(`/events/${event}`)],
  ['changes the event', (client, event) => client.patch(`/events/${event}`, { name: 'Mine' })],
  ['lists the ticket classes', (client, event) => client.get(`/events/${event}/ticket-classes`)],
  [
    'adds a ticket class',
    (client, event) => client.post(`/events/${event}/ticket-classes`, { name: 'Mine' }),
  ],
  ['reads the ticket class', (client, event, id) => client.get(`/events/${event}/ticket-classes/${id}`)],
  [
    'changes the ticket class',
    (client, event, id) => client.patch(`/events/${event}/ticket-classes/${id}`, { name: 'Mine' }),
  ],
  ['deletes the ticket class', (client, event, id) => client.delete(`/events/${event}/ticket-classes/${id}`)],
];
type Attempt = ReturnType<Client['get']>;

describe('Events and ticket classes of another organization', () => {
  let app: TestApp;
  let theirs: TestEvent;
  let ours: TestEvent;
  let client: Client;

  beforeAll(async () => {
    app = await startApp();
    theirs = await (await app.organization()).event();
    const organization = await app.organization();
    ours = await organization.event();
    ({ client } = organization);
  });
  afterAll(() => app.close());

  /** The whole answer: the request id is the client's own, so nothing in it may differ. */
  async function answer(attempt: Attempt): Promise<[number, string]> {
    const { status, text } = await attempt.set('X-Request-Id', 'same');
    return [status, text];
  }

  it.each(ATTEMPTS)('who %s of theirs learns what a wrong id would tell', async (_, attempt) => {
    const unknown = await answer(attempt(client, newId('event'), newId('ticketClass')));
    expect(unknown[0]).toBe(404);
    expect(await answer(attempt(client, theirs.id, theirs.ticketClass.id))).toEqual(unknown);
    expect(await answer(attempt(client, 'evt_nonsense', theirs.ticketClass.id))).toEqual(unknown);
  });

  it.each(ATTEMPTS.slice(4))(
    'who %s of theirs through an event of ours learns no more',
    async (_, attempt) => {
      const unknown = await answer(attempt(client, ours.id, newId('ticketClass')));
      expect(unknown[0]).toBe(404);
      expect(await answer(attempt(client, ours.id, theirs.ticketClass.id))).toEqual(unknown);
      expect(await answer(attempt(client, ours.id, 'tcl_nonsense'))).toEqual(unknown);
    },
  );
});
