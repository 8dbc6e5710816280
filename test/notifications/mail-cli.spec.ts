import { MAIL_TYPES } from '../../src/attendees/messages';
import { Deliveries } from '../../src/notifications/deliveries';
import { startApp, type TestApp } from '../support/app';
import { usher } from '../support/cli';
import { type MailServer, startMailServer } from '../support/mail-server';
import type { TestOrganization } from '../support/organization';
import { until } from '../support/until';

describe('usher mail', () => {
  let app: TestApp;
  let mailServer: MailServer;
  let organization: TestOrganization;
  let payments: string[];
  /** Ids of the failed mails, latest first. */
  let ids: string[];

  beforeAll(async () => {
    mailServer = await startMailServer();
    mailServer.refuseWith(550);
    app = await startApp({ SMTP_URL: mailServer.url });
    organization = await app.organization();
    const event = await organization.event();
    payments = [];
    for (const failed of [1, 2]) {
      payments.unshift((await organization.issue(event, { send_email: true })).payment_id);
      await until(async () => (await listFailed()).length === failed, 'No mail failed');
    }
    ids = (await listFailed()).map(({ id }) => id);
  });
  afterAll(async () => {
    await app.close();
    await mailServer.close();
  });

  const listFailed = () => app.nest.get(Deliveries).listFailed(MAIL_TYPES, 10);

  it('lists what was given up, latest first', async () => {
    const lines = (await usher(app, 'mail', 'list-failed')).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
      ids.map((id, index) => ({
        id,
        organization_id: organization.id,
        type: 'attendees.confirmation',
        payment_id: payments[index],
        attempts: 1,
        failed_at: expect.any(String),
        last_error: expect.stringContaining('550') as string,
      })),
    );
  });

  it('sends none again when one of them is not there', async () => {
    await expect(usher(app, 'mail', 'resend', ...ids, 'msg_unknown')).rejects.toMatchObject({
      code: 1,
      stderr: 'There is no failed mail msg_unknown\n',
    });
    expect(await listFailed()).toHaveLength(2);
  });

  it('sends many again', async () => {
    mailServer.refuseWith(undefined);
    expect(await usher(app, 'mail', 'resend', ...ids)).toBe(ids.map((id) => `queued: ${id}\n`).join(''));
    await until(() => mailServer.mails.length === 2, 'The mails were not sent again');
    expect(await listFailed()).toEqual([]);
  });
});
