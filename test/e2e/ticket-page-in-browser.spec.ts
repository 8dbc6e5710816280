import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { AttendeeDto } from '../../src/attendees/dto/attendee.dto';
import { startApp, type TestApp } from '../support/app';
import { accessibilityProblems, readQrCode, startChromium } from '../support/chromium';
import type { TestOrganization } from '../support/organization';
import { issueOneOfEach, ticketPageOf } from '../support/tickets';

const SCREENS: [string, BrowserContextOptions][] = [
  ['a phone', { viewport: { width: 390, height: 844 } }],
  ['a phone in the dark', { viewport: { width: 390, height: 844 }, colorScheme: 'dark' }],
  ['a phone with everything enlarged', { viewport: { width: 260, height: 560 } }],
  ['a desktop', { viewport: { width: 1280, height: 900 } }],
  ['a desktop in the dark', { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' }],
];

describe('The ticket page in a browser', () => {
  let app: TestApp;
  let browser: Browser;
  let organization: TestOrganization;
  let url: string;
  let tickets: AttendeeDto[];
  /** A page of an event that is not active. */
  let inactive: string;
  /** A page with long names in two directions, and its ticket. */
  let long: { url: string; barcode: string };

  beforeAll(async () => {
    app = await startApp();
    browser = await startChromium();
    organization = await app.organization();
    const event = await organization.event({ location: 'Marktplatz 1, Bremen' });
    const issued = await issueOneOfEach(organization, event);
    tickets = issued.tickets;
    url = ticketPageOf(app, issued.batch);
    long = await issueToLongNames();
    const off = await organization.event({ location: 'Marktplatz 1, Bremen' });
    inactive = ticketPageOf(app, await organization.issue(off));
    await organization.client.patch(`/events/${off.id}`, { status: 'inactive' }).expect(200);
  });
  afterAll(async () => {
    await browser.close();
    await app.close();
  });

  const open = async (address: string, options: BrowserContextOptions = {}): Promise<Page> => {
    // The page needs no JavaScript; what looks into it from outside sometimes does.
    const context = await browser.newContext({ javaScriptEnabled: false, ...options });
    const page = await context.newPage();
    await page.goto(address);
    return page;
  };

  const issueToLongNames = async () => {
    const event = await organization.event({ name: 'קונצרטסתיו'.repeat(20), location: 'Straße'.repeat(30) });
    const { id } = await organization.ticketClass(event, { name: 'W'.repeat(120) });
    const contact = { email: 'long@example.org', first_name: 'Ü'.repeat(120), last_name: 'אדה'.repeat(40) };
    const batch = await organization.issue(event, { contact, ticket_class_id: id });
    return { url: ticketPageOf(app, batch), barcode: batch.data[0]!.barcode };
  };

  it.each(SCREENS)('shows codes that scan on %s', async (_, options) => {
    const page = await open(url, options);
    const codes = await page.getByRole('img', { name: /^QR code of ticket/ }).all();
    const read: (string | null)[] = [];
    for (const code of codes) read.push(readQrCode(await code.screenshot()));
    const admitting = tickets.filter(({ status }) => status === 'valid' || status === 'checked_in');
    expect(read).toEqual(admitting.map(({ barcode }) => barcode));
    await page.context().close();
  });

  it.each(SCREENS)('fits and can be read on %s', async (_, options) => {
    const page = await open(url, { ...options, javaScriptEnabled: true });
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
    expect(await accessibilityProblems(page)).toEqual([]);
    for (const link of await page.getByRole('link').all()) {
      expect((await link.boundingBox())!.height).toBeGreaterThanOrEqual(24);
    }
    await page.context().close();
  });

  it.each(SCREENS)('shows long names in full, beside a code that scans, on %s', async (_, options) => {
    const page = await open(long.url, { ...options, javaScriptEnabled: true });
    const cutOff = `[document.documentElement, ...document.querySelectorAll('.event, .about')]
      .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth).length`;
    expect(await page.evaluate(cutOff)).toBe(0);
    expect(readQrCode(await page.getByRole('img').first().screenshot())).toBe(long.barcode);
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.context().close();
  });

  it.each(SCREENS)('says before the tickets that the event is inactive, on %s', async (_, options) => {
    const page = await open(inactive, { ...options, javaScriptEnabled: true });
    const notice = page.getByText('This event is inactive. Please ask Test organization');
    const [words, ticket] = [await notice.boundingBox(), await page.getByRole('article').boundingBox()];
    expect(words!.y + words!.height).toBeLessThan(ticket!.y);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.context().close();
  });

  it('has an outline that can be walked through', async () => {
    const page = await open(url);
    const headings = await page.getByRole('heading').all();
    const levels = await Promise.all(headings.map((heading) => heading.evaluate(({ tagName }) => tagName)));
    expect(levels).toEqual(['H1', 'H2', 'H3', 'H3', 'H3', 'H3']);
    await expect(page.getByRole('main').count()).resolves.toBe(1);
    await expect(page.getByRole('article', { name: 'General Admission' }).count()).resolves.toBe(4);
    await page.context().close();
  });

  it('prints each ticket in one piece, with all that it is for', async () => {
    const ten = await organization.issue(await organization.event({ name: 'Gala' }), { quantity: 10 });
    const page = await open(ticketPageOf(app, ten), { viewport: { width: 680, height: 960 } });
    await page.emulateMedia({ media: 'print' });
    for (const ticket of await page.getByRole('article').all()) {
      expect((await ticket.boundingBox())!.height).toBeLessThan(960 / 2);
      const text = await ticket.innerText();
      for (const words of ['Gala', 'Monday, 1 March 2027', '19:00']) expect(text).toContain(words);
    }
    const first = page.getByRole('img').first();
    expect(readQrCode(await first.screenshot())).toBe(ten.data[0]!.barcode);
    await page.context().close();
  });

  it('runs nothing and loads nothing, whatever names say', async () => {
    const attack = `<script>alert(1)</script>"'><img src=x onerror=alert(2)>`;
    const event = await organization.event({ name: attack, location: `Hall ${attack}` });
    const ticketClass = await organization.ticketClass(event, { name: attack });
    const contact = {
      email: 'ada@example.org',
      first_name: '"><svg onload=alert(3)>',
      last_name: '&lt;b&gt;',
    };
    const batch = await organization.issue(event, { contact, ticket_class_id: ticketClass.id });
    const context = await browser.newContext({ javaScriptEnabled: true });
    const page = await context.newPage();
    const seen: string[] = [];
    page.on('dialog', (dialog) => seen.push(dialog.message()));
    page.on('request', (request) => seen.push(request.url()));
    const address = ticketPageOf(app, batch);
    await page.goto(address, { waitUntil: 'networkidle' });

    expect(seen).toEqual([address]);
    expect(await page.locator('script, img, [onerror], [onload]').count()).toBe(0);
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe(attack);
    expect(await page.getByRole('heading', { level: 3 }).innerText()).toBe(attack);
    await context.close();
  });

  it('has a page for links that lead nowhere, in the same style', async () => {
    const page = await open(`${app.url}/t/nowhere`, { javaScriptEnabled: true });
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('No tickets here');
    const colour = 'getComputedStyle(document.body).backgroundColor';
    const tickets = await open(url);
    expect(await page.evaluate(colour)).toBe(await tickets.evaluate(colour));
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.context().close();
    await tickets.context().close();
  });
});
