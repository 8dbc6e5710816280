import type { ContactPageDto } from '../../src/contacts/dto/list-contacts.dto';
import { backoffSeconds, MessageDelivery } from '../../src/notifications/message-delivery';
import type { RowReference } from '../../src/notifications/transport';
import { startApp, type TestApp } from '../support/app';
import { type MailServer, startMailServer } from '../support/mail-server';
import type { TestOrganization } from '../support/organization';
import { until } from '../support/until';

describe('A message that cannot be delivered', () => {
  it('is tried soon at first, and once an hour in the end', () => {
    expect([1, 2, 3, 4, 12].map(backoffSeconds)).toEqual([1, 2, 4, 8, 2_048]);
    expect([13, 14, 35].map(backoffSeconds)).toEqual([3_600, 3_600, 3_600]);
  });

  describe('after a day of attempts', () => {
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

    it('is given up', async () => {
      const organization = await app.organization();
      mailServer.refuseWith(451);
      await organization.issue(await organization.event(), { send_email: true });
      const failures = Array.from({ length: 35 }, (_, index) => backoffSeconds(index + 1));
      expect(failures.reduce((sum, seconds) => sum + seconds)).toBeGreaterThan(23 * 3_600);

      await untilTried(1);
      await app.database.query('UPDATE outbox_messages SET attempts = 34, available_at = now()');
      expect(await untilTried(35)).toBeNull();
      await app.database.query('UPDATE outbox_messages SET available_at = now()');
      expect(await untilTried(36)).not.toBeNull();
    });

    /** Resolves with the time at which it was given up. */
    async function untilTried(attempts: number): Promise<Date | null> {
      let failedAt: Date | null = null;
      await until(async () => {
        const [row] = await app.database.query<{ attempts: number; failed_at: Date | null }>(
          'SELECT attempts, failed_at FROM outbox_messages',
        );
        failedAt = row!.failed_at;
        return row!.attempts >= attempts;
      }, `It was not tried ${attempts} times`);
      return failedAt;
    }
  });
});

describe('A message', () => {
  let app: TestApp;
  let mailServer: MailServer;
  let organization: TestOrganization;

  beforeAll(async () => {
    mailServer = await startMailServer();
    // Messages are delivered when a test says so.
    app = await startApp({ SMTP_URL: mailServer.url, WORKER: 'off' });
    organization = await app.organization();
  });
  afterEach(() => {
    mailServer.resume();
    mailServer.mails.length = 0;
  });
  afterAll(async () => {
    await app.close();
    await mailServer.close();
  });

  /** Puts a mail into the outbox. The function that it resolves to tries to deliver that. */
  async function mail(): Promise<() => Promise<void>> {
    await organization.issue(await organization.event(), { send_email: true });
    const [message] = await app.database.query<RowReference>(
      `SELECT organization_id AS "organizationId", id FROM outbox_messages ORDER BY created_at DESC LIMIT 1`,
    );
    return () => app.nest.get(MessageDelivery).deliver(message!);
  }

  it('is not sent while its delivery could not be recorded', async () => {
    const deliver = await mail();
    const release = await app.database.hold('LOCK TABLE outbox_messages IN SHARE MODE');
    await expect(deliver()).rejects.toThrow('lock timeout');
    await release();
    expect(mailServer.mails).toHaveLength(0);

    await deliver();
    await deliver();
    expect(mailServer.mails).toHaveLength(1);
  });

  it('keeps nobody who follows changes waiting while the mail server is silent', async () => {
    const deliver = await mail();
    mailServer.stall();
    const delivered = deliver();
    await until(() => mailServer.stalled() === 1, 'The mail was not submitted');

    const { email } = await organization.contact({ email: 'grace@example.org' });
    const { body } = await organization.client
      .get('/contacts?updated_since=2020-01-01T00:00:00Z')
      .expect(200);
    expect((body as ContactPageDto).data.map((contact) => contact.email)).toContain(email);
    mailServer.resume();
    await delivered;
  });
});
