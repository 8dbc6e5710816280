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

  describe('while contacts are held elsewhere', () => {
    const [ADA, EVE] = ['ada@example.org', 'eve@example.org'];
    let event: TestEvent;
    let letContactsGo: () => Promise<void>;
    let letEventGo: () => Promise<void>;

    beforeEach(async () => {
      event = await organization.event();
      for (const email of [ADA, EVE]) await organization.contact({ email });
      letContactsGo = await app.database.hold('SELECT FROM contacts WHERE organization_id = $1 FOR UPDATE', [
        organization.id,
      ]);
      letEventGo = await app.database.hold('SELECT FROM events WHERE id = $1 FOR UPDATE', [event.id]);
    });
    afterEach(() => letContactsGo());

    const issue = async (process: number, email: string) => {
      const body = ticketsFor(event, { contact: { email } });
      return (await clients[process]!.post(`/events/${event.id}/attendees`, body)).status;
    };

    it('serves those who want no such contact, though both processes have requests for one', async () => {
      const first = issue(0, 'first@example.org');
      await app.database.untilBlocked();
      let done = false;
      const answers = Promise.all([issue(0, 'other@example.org'), issue(0, ADA)]).finally(
        () => (done = true),
      );
      const elsewhere = new Set<number>();
      const pressing = (async () => {
        while (!done) elsewhere.add(await issue(1, EVE));
      })();
      await letEventGo();

      expect(await first).toBe(201);
      expect(await answers).toEqual([201, 503]);
      await pressing;
      expect([...elsewhere]).toEqual([503]);
    });

    it('lets go of the event in time for whoever waits behind both processes', async () => {
      const ada = issue(0, ADA);
      await app.database.untilBlocked();
      const eve = issue(1, EVE);
      await app.database.untilBlocked(2);
      const changed = organization.client.patch(`/events/${event.id}`, { capacity: 10 }).then();
      await app.database.untilBlocked(3);
      await letEventGo();
      expect((await changed).status).toBe(200);
      expect([await ada, await eve]).toEqual([503, 503]);
    });
  });
});
