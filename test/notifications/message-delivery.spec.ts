import { backoffSeconds } from '../../src/notifications/message-delivery';
import { startApp, type TestApp } from '../support/app';
import { type MailServer, startMailServer } from '../support/mail-server';
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
