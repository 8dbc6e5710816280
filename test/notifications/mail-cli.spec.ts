import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startApp, type TestApp } from '../support/app';
import { type MailServer, startMailServer } from '../support/mail-server';
import { until } from '../support/redis';

const CLI = join(__dirname, '..', '..', 'src', 'cli.js');

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

  const usher = async (...args: string[]): Promise<string> => {
    const env = { PATH: process.env.PATH, DATABASE_URL: app.database.url, DATA_DIR: app.dataDir };
    const { stdout } = await promisify(execFile)(process.execPath, [CLI, ...args], { env });
    return stdout;
  };

  it('lists what was given up and sends it again', async () => {
    mailServer.refuseWith(550);
    const organization = await app.organization();
    const { payment_id } = await organization.issue(await organization.event(), { send_email: true });
    let lines = '';
    await until(async () => (lines = await usher('mail', 'list-failed')) !== '', 'No mail failed');
    const failed = JSON.parse(lines) as { id: string };
    expect(failed).toMatchObject({
      organization_id: organization.id,
      payment_id,
      attempts: 1,
      last_error: expect.stringContaining('550') as string,
    });

    mailServer.refuseWith(undefined);
    expect(await usher('mail', 'resend', failed.id)).toBe(`queued: ${failed.id}\n`);
    await until(() => mailServer.mails.length === 1, 'The mail was not sent again');
    expect(await usher('mail', 'list-failed')).toBe('');
  });

  it('says when there is no such mail', async () => {
    await expect(usher('mail', 'resend', 'msg_unknown')).rejects.toMatchObject({
      code: 1,
      stderr: 'There is no failed mail msg_unknown\n',
    });
  });
});
