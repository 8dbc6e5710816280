import { startApp, type TestApp } from '../support/app';
import { Listener } from '../support/listener';
import type { TestEvent, TestOrganization } from '../support/organization';
import { type Receiver, startReceiver } from '../support/receiver';

describe('Erasing contacts while webhooks about them are made', () => {
  let app: TestApp;
  let receiver: Receiver;
  let listener: Listener;
  let organization: TestOrganization;
  let event: TestEvent;

  beforeAll(async () => {
    app = await startApp();
    receiver = await startReceiver();
    // Every answer fails, so that nothing is done and forgotten before the end.
    receiver.answer = { status: 500 };
    listener = new Listener(app);
    organization = await app.organization();
    event = await organization.event();
    await organization.webhookEndpoint({ url: receiver.url });
  });
  afterAll(async () => {
    await app.close();
    await receiver.close();
  });

  const stored = () =>
    app.database.query(`SELECT payload FROM webhook_deliveries WHERE payload LIKE '%@example.org%'`);

  it('waits for what is being made of them', async () => {
    const { id, email } = await organization.contact({ email: 'ada@example.org' });
    await listener.news();
    const release = await app.database.hold('LOCK TABLE webhook_deliveries IN SHARE MODE');
    await organization.issue(event, { contact: { email } });
    await app.database.untilBlocked(1);
    const erased = organization.client.delete(`/contacts/${id}`).expect(200).then();
    await app.database.untilBlocked(2);
    await release();
    await erased;
    await listener.news();
    expect(await stored()).toEqual([]);
  });

  it('leaves nothing of them in what is stored', async () => {
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
