import type { IssuedTicketsDto } from '../../src/attendees/dto/attendee.dto';
import { startApp, type TestApp } from '../support/app';
import { Client } from '../support/client';
import { type TestEvent, ticketsFor, type TestOrganization } from '../support/organization';

/** Within a process the requests of one event follow one another anyway. Between processes only row locks see to it. */
describe('Create attendee in two processes', () => {
  let app: TestApp;
  /** Shares nothing with the first but the database. */
  let secondApp: TestApp;
  let organization: TestOrganization;
  let clients: Client[];

  beforeAll(async () => {
    app = await startApp();
    secondApp = await startApp({ DATABASE_URL: app.database.url });
  });
  beforeEach(async () => {
    organization = await app.organization();
    clients = [organization.client, new Client(secondApp.url, organization.client.apiKey)];
  });
  afterEach(() => app.expectNoDrift());
  afterAll(async () => {
    await secondApp.close();
    await app.close();
  });

  /** Sends this many requests at once, to both processes in turn. */
  function issueMany(count: number, event: TestEvent, fields: (index: number) => Record<string, unknown>) {
    return Promise.all(
      Array.from({ length: count }, (_, index) =>
        clients[index % 2]!.post(`/events/${event.id}/attendees`, ticketsFor(event, fields(index))),
      ),
    );
  }

  it('upgrades each invited ticket once', async () => {
    const event = await organization.event();
    const { data: invited } = await organization.issue(event, { status: 'invited', quantity: 10 });
    const answers = await issueMany(20, event, () => ({}));
    const issued = answers.map(({ body }) => body as IssuedTicketsDto);
    const upgraded = issued.filter(({ upgraded_quantity }) => upgraded_quantity === 1);
    expect(upgraded.map(({ data }) => data[0]!.id).sort()).toEqual(invited.map(({ id }) => id).sort());
    expect(await organization.attendees(event)).toHaveLength(20);
  });

  it('makes a contact once, also for different events', async () => {
    const events = [await organization.event(), await organization.event(), await organization.event()];
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) => {
        const event = events[index % events.length]!;
        const contact = {
          email: `guest${index % 5}@example.org`,
          [index % 2 ? 'first_name' : 'last_name']: 'Ada',
        };
        return clients[index % 2]!.post(`/events/${event.id}/attendees`, ticketsFor(event, { contact }));
      }),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(30).fill(201));
    const contacts = await app.database.query(
      'SELECT first_name, last_name FROM contacts WHERE organization_id = $1',
      [organization.id],
    );
    // Whoever wrote one name kept what the other had written.
    expect(contacts).toEqual(Array(5).fill({ first_name: 'Ada', last_name: 'Ada' }));
  });
});
