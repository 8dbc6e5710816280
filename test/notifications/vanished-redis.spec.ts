import { startApp, type TestApp } from '../support/app';
import { type MailServer, startMailServer } from '../support/mail-server';
import { startRedis, type TestRedis } from '../support/redis';
import { startSwitchboard, type Switchboard } from '../support/switchboard';
import { until } from '../support/until';

jest.setTimeout(60_000);

describe('A Redis that vanishes without a word and is replaced at the same address', () => {
  let redis: TestRedis;
  let switchboard: Switchboard;
  let mailServer: MailServer;
  let app: TestApp;

  beforeAll(async () => {
    [redis, mailServer] = await Promise.all([startRedis(), startMailServer()]);
    switchboard = await startSwitchboard(redis.url);
    app = await startApp({ REDIS_URL: switchboard.url, SMTP_URL: mailServer.url });
  });
  afterAll(async () => {
    await app.close();
    await Promise.all([mailServer.close(), switchboard.close()]);
    await redis.close();
  });

  it('is connected to anew, and mail goes out', async () => {
    const organization = await app.organization();
    const event = await organization.event();
    await organization.issue(event, { send_email: true });
    await until(() => mailServer.mails.length === 1, 'The first mail did not come');

    switchboard.forget();
    await organization.issue(event, { send_email: true });
    await until(() => mailServer.mails.length === 2, 'Mail has stopped');
  });
});
