import { startApp, type TestApp } from '../support/app';
import { until } from '../support/until';

describe('Webhooks of one change to many tickets', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());

  it('are made for every ticket, once for each endpoint', async () => {
    const organization = await app.organization();
    const event = await organization.event();
    const issued = [];
    for (let batch = 0; batch < 3; batch++) issued.push(await organization.issue(event, { quantity: 100 }));
    const tickets = issued.flatMap(({ data }) => data);
    const endpoint = { url: 'http://127.0.0.1:1024/', types: ['attendee.updated'] };
    const endpoints = [
      await organization.webhookEndpoint(endpoint),
      await organization.webhookEndpoint(endpoint),
    ];

    await organization.client.delete(`/contacts/${tickets[0]!.contact_id}`).expect(200);
    for (const { id } of endpoints) {
      const told = () =>
        app.database.query<{ id: string }>(
          `SELECT payload::jsonb -> 'data' ->> 'id' AS id FROM webhook_deliveries WHERE endpoint_id = $1`,
          [id],
        );
      await until(async () => (await told()).length > 0, 'Nothing was told');
      expect((await told()).map((one) => one.id).sort()).toEqual(tickets.map((one) => one.id).sort());
    }
  });
});
