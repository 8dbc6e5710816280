import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import request from 'supertest';
import { newId } from '../../src/common/ids/ids';
import { MailFolder } from '../../src/notifications/mail-folder';
import { startApp, type TestApp } from '../support/app';
import { startMailServer } from '../support/mail-server';
import type { TestOrganization } from '../support/organization';
import { until } from '../support/until';

describe('/dev/mail', () => {
  let app: TestApp;
  let organization: TestOrganization;

  beforeAll(async () => {
    app = await startApp();
    organization = await app.organization();
  });
  afterAll(() => app.close());

  const open = async (path: string) => (await request(app.url).get(path).expect(200)).text;
  const latest = () => app.nest.get(MailFolder).latest(100);
  const mail = async (event: Record<string, unknown> = {}): Promise<string> => {
    const before = await latest();
    await organization.issue(await organization.event(event), { send_email: true, quantity: 2 });
    await until(async () => (await latest()).length > before.length, 'No mail was written');
    return (await latest())[0]!;
  };

  it('says so when there is no mail yet', async () => {
    expect(await latest()).toEqual([]);
    expect(await open('/dev/mail')).toContain('No mail yet');
  });

  it('lists the last mails, the latest first', async () => {
    const first = await mail({ name: 'Matinée' });
    const second = await mail({ name: 'Soirée' });
    const page = await open('/dev/mail');
    const links = [...page.matchAll(/href="\/dev\/mail\/(msg_\w+)"/g)].map(([, id]) => id);
    expect(links).toEqual([second, first]);
    expect(page).toContain('Your 2 tickets for Matinée');
    expect(page).toContain('ada@example.org');
  });

  it('shows a mail, its HTML part with the pictures in it, and its file', async () => {
    const id = await mail({ name: 'Autumn Concert' });
    const page = await open(`/dev/mail/${id}`);
    for (const words of [
      'Your 2 tickets for Autumn Concert',
      'Usher &lt;tickets@localhost&gt;',
      'event.ics',
    ]) {
      expect(page).toContain(words);
    }
    expect(page).toContain(`src="/dev/mail/${id}/html"`);
    const alone = await open(`/dev/mail/${id}/html`);
    expect(alone.match(/src="data:image\/png;base64,/g)).toHaveLength(2);
    expect(alone).not.toContain('cid:');
    const file = await fetch(`${app.url}/dev/mail/${id}/file`);
    expect(file.headers.get('content-type')).toBe('message/rfc822');
    expect(file.headers.get('content-disposition')).toBe(`attachment; filename="${id}.eml"`);
    expect(await file.text()).toContain('Subject: Your 2 tickets for Autumn Concert');
  });

  it('lets a mail do nothing, whatever is in it', async () => {
    const id = newId('outboxMessage');
    const attack = '<script>alert(1)</script>';
    const lines = [
      `Subject: ${attack}`,
      `To: "${attack}" <eve@example.org>`,
      'Content-Type: text/html',
      '',
      attack,
    ];
    await writeFile(join(app.dataDir, 'mail', `${id}.eml`), lines.join('\r\n'));
    for (const path of ['/dev/mail', `/dev/mail/${id}`]) {
      const { headers, text } = await request(app.url).get(path).expect(200);
      expect(text).not.toContain('<script');
      expect(text).toContain('&lt;script&gt;');
      expect(headers).toMatchObject({
        'content-security-policy': expect.stringMatching(
          /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
        ) as string,
        'cache-control': 'private, no-store',
      });
    }
    const { headers } = await request(app.url).get(`/dev/mail/${id}/html`).expect(200);
    expect(headers['content-security-policy']).toContain(`default-src 'none'`);
    expect(headers['content-security-policy']).toMatch(
      /; sandbox allow-popups allow-popups-to-escape-sandbox$/,
    );
    expect(await open(`/dev/mail/${id}`)).toMatch(/<iframe[^>]*sandbox="allow-popups/);
  });

  it.each([
    'msg_unknown',
    newId('outboxMessage'),
    '..%2Fdemo',
    '..%2F..%2F..%2Fetc%2Fpasswd',
    '%00',
    'x'.repeat(5_000),
  ])('has a page that says there is no mail %s', async (id) => {
    for (const path of [`/dev/mail/${id}`, `/dev/mail/${id}/html`, `/dev/mail/${id}/file`]) {
      const { status, text } = await request(app.url).get(path);
      expect([status, text.includes('No such mail')]).toEqual([404, true]);
    }
  });

  it('is not there in production, nor where a mail server gets the mail', async () => {
    const mailServer = await startMailServer();
    const cases: Record<string, string>[] = [{ NODE_ENV: 'production' }, { SMTP_URL: mailServer.url }];
    for (const variables of cases) {
      const other = await startApp(variables);
      for (const path of ['/dev/mail', `/dev/mail/${newId('outboxMessage')}`]) {
        const { body } = await request(other.url).get(path).expect(404);
        expect(body).toMatchObject({ code: 'route_not_found' });
      }
      await other.close();
    }
    await mailServer.close();
  });
});
