import { startApp, type TestApp } from '../support/app';
import { usher } from '../support/cli';
import { type MailServer, startMailServer } from '../support/mail-server';
import { until } from '../support/redis';

describe('usher mail', () => {
  let app: TestApp;
  let mailServer: MailServer;

  beforeAll(async () => {
    mailServer = await startMailServer();
    app = await startApp({ SMTP_URL: mailServer.url });
  });
  afterAll(async () => {
    await app.close();
    await mailServer.close();
  });

  it('lists what was given up and sends it again', async () => {
    mailServer.refuseWith(550);
    const organization = await app.organization();
    const { payment_id } = await organization.issue(await organization.event(), { send_email: true });
    let lines = '';
    await until(async () => (lines = await usher(app, 'mail', 'list-failed')) !== '', 'No mail failed');
    const failed = JSON.parse(lines) as { id: string };
    expect(failed).toMatchObject({
      organization_id: organization.id,
      payment_id,
      attempts: 1,
      last_error: expect.stringContaining('550') as string,
    });

    mailServer.refuseWith(undefined);
    expect(await usher(app, 'mail', 'resend', failed.id)).toBe(`queued: ${failed.id}\n`);
    await until(() => mailServer.mails.length === 1, 'The mail was not sent again');
    expect(await usher(app, 'mail', 'list-failed')).toBe('');
  });

  it('says when there is no such mail', async () => {
    await expect(usher(app, 'mail', 'resend', 'msg_unknown')).rejects.toMatchObject({
      code: 1,
      stderr: 'There is no failed mail msg_unknown\n',
    });
  });
});
