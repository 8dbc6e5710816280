import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import request from 'supertest';
import { MailFolder } from '../../src/notifications/mail-folder';
import { startApp, type TestApp } from '../support/app';
import { accessibilityProblems, readQrCode, startChromium } from '../support/chromium';
import type { TestOrganization } from '../support/organization';
import { until } from '../support/until';
import { issueOneOfEach } from '../support/tickets';

const WINDOWS: [string, BrowserContextOptions][] = [
  ['a phone', { viewport: { width: 390, height: 844 } }],
  ['a phone in the dark', { viewport: { width: 390, height: 844 }, colorScheme: 'dark' }],
  ['a reading pane', { viewport: { width: 700, height: 900 } }],
  ['a reading pane in the dark', { viewport: { width: 700, height: 900 }, colorScheme: 'dark' }],
];

describe('A mail in a browser', () => {
  let app: TestApp;
  let browser: Browser;
  let organization: TestOrganization;
  /** With one ticket of each status, two of which have codes. */
  let mixed: string;
  /** With long names in two directions, and the words of the organizer. */
  let rejected: string;
  let barcodes: string[];

  beforeAll(async () => {
    app = await startApp();
    browser = await startChromium();
    organization = await app.organization();
    const event = await organization.event({ location: 'Marktplatz 1, Bremen' });
    const { batch, tickets } = await issueOneOfEach(organization, event);
    barcodes = tickets.slice(0, 2).map(({ barcode }) => barcode);
    mixed = await mailAfter(() =>
      organization.client.post(`/payments/${batch.payment_id}/confirmation-email`, {}).expect(202),
    );

    const long = await organization.event({ name: 'קונצרטסתיו'.repeat(20), location: 'Straße'.repeat(30) });
    const contact = { email: 'long@example.org', first_name: 'Ü'.repeat(120), last_name: 'w'.repeat(120) };
    const { data } = await organization.issue(long, { contact, status: 'pending_approval' });
    const change = {
      status: 'rejected',
      notify_guest: true,
      custom_message: 'שלום,\nhello' + 'o'.repeat(300),
    };
    rejected = await mailAfter(() =>
      organization.client.patch(`/events/${long.id}/attendees/${data[0]!.id}`, change).expect(200),
    );
  });
  afterAll(async () => {
    await browser.close();
    await app.close();
  });

  const mailAfter = async (ask: () => PromiseLike<unknown>): Promise<string> => {
    const folder = app.nest.get(MailFolder);
    const before = await folder.latest(100);
    await ask();
    await until(async () => (await folder.latest(100)).length > before.length, 'No mail was written');
    return (await folder.latest(100))[0]!;
  };
  /** Outside of the frame, whose sandbox would not let the test look into it. */
  const open = async (id: string, options: BrowserContextOptions): Promise<Page> => {
    const { text } = await request(app.url).get(`/dev/mail/${id}/html`).expect(200);
    const page = await (await browser.newContext(options)).newPage();
    await page.setContent(text);
    return page;
  };

  it.each(WINDOWS)('shows codes that scan in %s', async (_, options) => {
    const page = await open(mixed, options);
    const codes = await page.getByRole('img', { name: /^QR code of ticket/ }).all();
    const read: (string | null)[] = [];
    for (const code of codes) read.push(readQrCode(await code.screenshot()));
    expect(read).toEqual(barcodes);
    await page.context().close();
  });

  it.each(WINDOWS)('fits and can be read in %s', async (_, options) => {
    for (const id of [mixed, rejected]) {
      const page = await open(id, options);
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
      expect(await accessibilityProblems(page)).toEqual([]);
      await page.context().close();
    }
  });

  it('is shown by /dev/mail, pictures too', async () => {
    const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
    await page.goto(`${app.url}/dev/mail`);
    await page.getByRole('link', { name: 'Your 2 tickets for Concert' }).click();
    const frame = page.frameLocator('iframe');
    await expect(frame.getByRole('heading', { name: 'Concert' }).count()).resolves.toBe(1);
    const code = frame.getByRole('img', { name: 'QR code of ticket 1' });
    expect(readQrCode(await code.screenshot())).toBe(barcodes[0]);
    const link = await frame.getByRole('link', { name: 'Open your ticket page' }).getAttribute('href');
    expect(link).toMatch(/\/t\/[\w-]{32}$/);
    await page.context().close();
  });

  it.each(WINDOWS.slice(1, 3))('is listed legibly in %s', async (_, options) => {
    for (const path of ['/dev/mail', `/dev/mail/${mixed}`]) {
      const page = await (await browser.newContext(options)).newPage();
      await page.goto(app.url + path);
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
      expect(await accessibilityProblems(page)).toEqual([]);
      await page.context().close();
    }
  });
});
