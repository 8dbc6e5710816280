import { startApp, type TestApp } from '../support/app';
import { ticketsFor, type TestOrganization } from '../support/organization';

describe('POST /events/{eventId}/attendees', () => {
  let app: TestApp;
  let organization: TestOrganization;

  beforeAll(async () => {
    app = await startApp();
    organization = await app.organization();
  });
  afterAll(() => app.close());
  afterEach(() => app.expectNoDrift());

  it('issues one valid ticket by default', async () => {
    const event = await organization.event();
    const { body } = await organization.client
      .post(
        `/events/${event.id}/attendees`,
        ticketsFor(event, { contact: { email: ' Ada@Example.org ', first_name: 'Ada' } }),
      )
      .expect(201);

    expect(body).toMatchObject({
      quantity: 1,
      upgraded_quantity: 0,
      data: [
        {
          status: 'valid',
          payment_method: 'cash',
          email: 'ada@example.org',
          first_name: 'Ada',
          last_name: null,
        },
      ],
    });
  });

  it('sells the last seats once, whoever asks', async () => {
    const event = await organization.event({ capacity: 5 });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        organization.client.post(
          `/events/${event.id}/attendees`,
          ticketsFor(event, { contact: { email: `guest${index}@example.org` } }),
        ),
      ),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array<number>(5).fill(201), ...Array<number>(15).fill(409)]);
  });
});
