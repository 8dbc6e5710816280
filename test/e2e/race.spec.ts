import { type ApiProcess, Installation } from '../support/installation';
import { createEvent, type TestEvent, ticketsFor } from '../support/organization';

jest.setTimeout(120_000);

const REQUESTS = 200;
const SEATS = 50;

describe('200 requests at once over two processes', () => {
  let installation: Installation;
  let processes: ApiProcess[];

  beforeAll(async () => {
    installation = await Installation.create();
    processes = await Promise.all([installation.startApi(), installation.startApi()]);
  });
  afterAll(() => installation.close());
  afterEach(() => installation.expectNoDrift());

  it('sell the 50 seats of a ticket class exactly once', async () => {
    const { client } = processes[0]!;
    const event = await createEvent(client);
    const classes = `/events/${event.id}/ticket-classes`;
    const { body: limited } = await client
      .post(classes, { name: 'Stalls', quantity_total: SEATS })
      .expect(201);

    await expectExactlySold(event, 'ticket_class', () => ({ ticket_class_id: limited.id as string }));

    const { body } = await client.get(`${classes}/${limited.id}`).expect(200);
    expect(body).toMatchObject({ quantity_sold: SEATS, seats_remaining: 0 });
  });

  it('sell the 50 seats of an event exactly once, whatever the ticket class', async () => {
    const { client } = processes[0]!;
    const event = await createEvent(client, { capacity: SEATS });
    const { body: balcony } = await client
      .post(`/events/${event.id}/ticket-classes`, { name: 'Balcony' })
      .expect(201);

    await expectExactlySold(event, 'event', (index) =>
      index % 3 === 0 ? { ticket_class_id: balcony.id as string } : {},
    );

    const { body } = await client.get(`/events/${event.id}`).expect(200);
    expect(body).toMatchObject({ tickets_sold: SEATS, seats_remaining: 0 });
  });

  async function expectExactlySold(
    event: TestEvent,
    scope: 'ticket_class' | 'event',
    fields: (index: number) => Record<string, unknown>,
  ): Promise<void> {
    const answers = await Promise.all(
      Array.from({ length: REQUESTS }, (_, index) =>
        processes[index % 2]!.client.post(
          `/events/${event.id}/attendees`,
          ticketsFor(event, { contact: { email: `guest${index}@example.org` }, ...fields(index) }),
        ),
      ),
    );

    const sold = answers.filter(({ status }) => status === 201);
    const refused = answers.filter(({ status }) => status === 409);
    expect([sold.length, refused.length]).toEqual([SEATS, REQUESTS - SEATS]);
    for (const { body } of refused) {
      expect(body).toMatchObject({
        code: 'capacity_exceeded',
        details: { scope, requested: 1, remaining: 0 },
      });
    }
    const stored = await installation.database.query<{ id: string }>(
      `SELECT id FROM attendees WHERE event_id = $1`,
      [event.id],
    );
    expect(stored.map(({ id }) => id).sort()).toEqual(
      sold.map(({ body }) => body.data[0].id as string).sort(),
    );
  }
});
