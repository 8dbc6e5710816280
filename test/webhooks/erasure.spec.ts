import { startApp, type TestApp } from '../support/app';
import { Listener } from '../support/listener';
import { type Receiver, startReceiver } from '../support/receiver';

describe('Erasing contacts while webhooks about them are made', () => {
  let app: TestApp;
  let receiver: Receiver;

  beforeAll(async () => {
    app = await startApp();
    receiver = await startReceiver();
  });
  afterAll(async () => {
    await app.close();
    await receiver.close();
  });

  it('leaves nothing of them in what is stored', async () => {
    // Every answer fails, so that nothing is done and forgotten before the end.
    receiver.answer = { status: 500 };
    const organization = await app.organization();
    const event = await organization.event();
    await organization.webhookEndpoint({ url: receiver.url });
    const listener = new Listener(app);
    const guests = Array.from({ length: 40 }, (_, index) => `guest${index}@example.org`);
    const contacts = await Promise.all(guests.map((email) => organization.contact({ email })));
    await Promise.all(
      contacts.map(async ({ id, email }) => {
        await organization.tryIssue(event, { contact: { email }, quantity: 3 });
        await organization.client.delete(`/contacts/${id}`).expect(200);
      }),
    );
    await listener.news();
    const stored = await app.database.query(
      `SELECT payload FROM webhook_deliveries WHERE payload LIKE '%@%'`,
    );
    expect(stored).toEqual([]);
    const [{ told }] = (await app.database.query<{ told: number }>(
      `SELECT count(*)::int AS told FROM webhook_deliveries WHERE payload LIKE '%"deleted":true%'`,
    )) as [{ told: number }];
    expect(told).toBeGreaterThanOrEqual(40);
  });
});
