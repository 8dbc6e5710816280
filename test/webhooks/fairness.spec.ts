import { startApp, type TestApp } from '../support/app';
import { type MailServer, startMailServer } from '../support/mail-server';
import type { TestOrganization } from '../support/organization';
import { type Receiver, startReceiver } from '../support/receiver';
import { until } from '../support/until';

describe('A webhook endpoint that does not answer', () => {
  let app: TestApp;
  let mailServer: MailServer;
  let silent: Receiver;
  let quick: Receiver;
  let organization: TestOrganization;

  beforeAll(async () => {
    mailServer = await startMailServer();
    app = await startApp({ SMTP_URL: mailServer.url });
    [silent, quick] = [await startReceiver(), await startReceiver()];
    organization = await app.organization();
    silent.answer = undefined;
  });
  afterAll(async () => {
    await Promise.all([silent.close(), quick.close()]);
    await app.close();
    await mailServer.close();
  });

  it('keeps neither other endpoints waiting nor mail, and gets a few deliveries at once', async () => {
    const event = await organization.event();
    const types = ['attendee.created'];
    await organization.webhookEndpoint({ url: silent.url, types });
    await organization.webhookEndpoint({ url: quick.url, types });
    await organization.issue(event, { quantity: 60, send_email: true });
    await quick.untilReceived(60);
    await until(() => mailServer.mails.length === 1, 'The mail did not come');
    expect(silent.mostAtOnce).toBe(4);
    // In the time that the first ones took to be given up on nobody else had to wait for them.
    const [{ open }] = (await app.database.query<{ open: number }>(
      `SELECT count(*)::int AS open FROM webhook_deliveries WHERE status = 'pending' AND failures = 0`,
    )) as [{ open: number }];
    expect(open).toBeGreaterThan(50);
  });
});
