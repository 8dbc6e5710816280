import qrcode from 'qrcode';
import request from 'supertest';
import { newToken } from '../../src/common/ids/ids';
import { startApp, type TestApp } from '../support/app';
import type { TestOrganization } from '../support/organization';
import { startProcess } from '../support/process';
import { issueOneOfEach, ticketPageOf } from '../support/tickets';

describe('GET /t/{token}', () => {
  let app: TestApp;
  let organization: TestOrganization;

  beforeAll(async () => {
    app = await startApp();
    organization = await app.organization();
  });
  afterAll(() => app.close());

  const open = async (url: string): Promise<string> => (await request(url).get('').expect(200)).text;

  it('needs no key and shows event, place and tickets', async () => {
    const event = await organization.event({
      name: 'Autumn Concert',
      end: { utc: '2027-03-01T21:30:00Z', timezone: 'Europe/Berlin' },
      location: 'Marktplatz 1, Bremen',
    });
    const contact = { email: 'ada@example.org', first_name: 'Ada', last_name: 'Lovelace' };
    const batch = await organization.issue(event, { contact, quantity: 2 });
    const page = await open(ticketPageOf(app, batch));

    for (const text of [
      '<html lang="en">',
      '<title>Your 2 tickets · Autumn Concert</title>',
      'Test organization',
      'Monday, 1 March 2027',
      '19:00 – 22:30',
      'Central European Standard Time (Europe/Berlin)',
      'href="https://www.openstreetmap.org/search?query=Marktplatz%201%2C%20Bremen"',
      `href="${batch.tickets_url}/event.ics"`,
      'General Admission',
      'Ada Lovelace',
      'aria-label="QR code of ticket 2 of 2"',
    ]) {
      expect(page).toContain(text);
    }
    for (const { barcode } of batch.data) expect(withoutTags(page)).toContain(barcode);
  });

  it('says the status of each ticket, shows codes to those who may come in, and no deleted ticket', async () => {
    const { batch, tickets } = await issueOneOfEach(organization, await organization.event());
    const page = await open(ticketPageOf(app, batch));

    const [valid, checkedIn, pending, rejected, deleted] = tickets.map(({ barcode }) => barcode);
    expect(withoutTags(page)).toContain(valid);
    expect(withoutTags(page)).toContain(checkedIn);
    for (const barcode of [pending, rejected, deleted]) expect(withoutTags(page)).not.toContain(barcode);
    expect(page.match(/role="img"/g)).toHaveLength(2);
    expect(page.match(/<article class="ticket (\w+)"/g)).toHaveLength(4);
    for (const words of ['Valid', 'Checked in', 'Awaiting approval', 'Not approved']) {
      expect(page).toContain(words);
    }
    expect(page).toContain(`<time datetime="${tickets[1]!.checked_in_at}">`);
  });

  it.each([
    ['valid', true, true],
    ['pending_approval', false, true],
    ['invited', false, true],
    ['rejected', false, false],
  ])('offers to whose ticket is %s what there is to do', async (status, entrance, calendar) => {
    const event = await organization.event();
    const issued = status === 'rejected' ? 'pending_approval' : status;
    const batch = await organization.issue(event, { status: issued });
    if (issued !== status)
      await organization.changeAttendee(event, batch.data[0]!.id, { status }).expect(200);
    const page = await open(ticketPageOf(app, batch));
    expect(page.includes('Show this page at the entrance')).toBe(entrance);
    expect(page.includes('Add to calendar')).toBe(calendar);
  });

  it('shows no code to somebody who is only invited', async () => {
    const batch = await organization.issue(await organization.event(), { status: 'invited' });
    const page = await open(ticketPageOf(app, batch));
    expect(page).toContain('Invited');
    expect(withoutTags(page)).not.toContain(batch.data[0]!.barcode);
  });

  it('tells to ask the organizer when the event is inactive, and keeps the codes, which check-in takes', async () => {
    const other = await app.organization();
    await app.database.query(`UPDATE organizations SET name = $2 WHERE id = $1`, [
      other.id,
      'Test <organization>',
    ]);
    const event = await other.event();
    const batch = await other.issue(event);
    const url = ticketPageOf(app, batch);
    const { barcode } = batch.data[0]!;
    expect(await open(url)).not.toContain('inactive');

    await other.client.patch(`/events/${event.id}`, { status: 'inactive' }).expect(200);
    const page = await open(url);
    expect(page).toContain('This event is inactive.');
    expect(page).toContain('Please ask <bdi>Test &lt;organization&gt;</bdi> whether it takes place');
    expect(page).toContain('Add to calendar');
    expect(withoutTags(page)).toContain(barcode);
    await other.scan(event, { barcode }).expect(200);

    await other.client.patch(`/events/${event.id}`, { status: 'active' }).expect(200);
    expect(await open(url)).not.toContain('inactive');
  });

  it('tells how to join online only to those who may', async () => {
    const event = await organization.event({ location: 'https://meet.example.org/secret-room' });
    const admitted = await open(ticketPageOf(app, await organization.issue(event)));
    expect(admitted).toContain('href="https://meet.example.org/secret-room"');
    const waiting = await organization.issue(event, { status: 'pending_approval' });
    const page = await open(ticketPageOf(app, waiting));
    expect(page).toContain('Online');
    expect(page).not.toContain('meet.example.org');
  });

  it.each(['Ma.Teresa', 'Ravi s/o Kumar', 'Visit evil.example'])('calls %s by that name', async (name) => {
    const contact = { email: 'shown@example.org', first_name: name };
    const page = await open(
      ticketPageOf(app, await organization.issue(await organization.event(), { contact })),
    );
    expect(page).toContain(`<p class="holder"><bdi>${name}</bdi></p>`);
    expect(page).not.toContain('shown@example.org');
  });

  it('stays small', async () => {
    const batch = await organization.issue(await organization.event(), { quantity: 10 });
    expect((await open(ticketPageOf(app, batch))).length).toBeLessThan(100_000);
  });

  it('draws each code once, however often a page is opened', async () => {
    const batch = await organization.issue(await organization.event(), { quantity: 100 });
    const url = ticketPageOf(app, batch);
    const draw = jest.spyOn(qrcode, 'toString');
    const first = await open(url);
    expect(draw.mock.calls.map(([barcode]) => barcode)).toEqual(batch.data.map(({ barcode }) => barcode));
    await request(url).head('').expect(200);
    expect(await open(url)).toBe(first);
    expect(draw).toHaveBeenCalledTimes(100);
    draw.mockRestore();
  });

  it('answers HEAD', async () => {
    const url = ticketPageOf(app, await organization.issue(await organization.event()));
    const { headers, text } = await request(url).head('').expect(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(text).toBeUndefined();
    await request(app.url).head(`/t/${newToken()}`).expect(404);
  });

  it('lets nothing run, be loaded, be kept, be indexed or learn its address', async () => {
    const url = ticketPageOf(app, await organization.issue(await organization.event()));
    for (const address of [url, `${app.url}/t/${newToken()}`]) {
      const { headers, text } = await request(address).get('');
      expect(headers).toMatchObject({
        'content-security-policy': expect.stringMatching(
          /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
        ) as string,
        'cache-control': 'private, no-store',
        'x-robots-tag': 'noindex, nofollow, noarchive',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
      });
      expect(text).toContain('<meta name="robots" content="noindex, nofollow, noarchive" />');
      expect(text).not.toMatch(/<script|\bsrc=|\bon\w+=|style="|<link/);
    }
  });

  it.each([
    ['an unknown token', newToken()],
    ['a malformed one', 'nonsense'],
    ['one with a NUL character', '%00'.repeat(32)],
    ['an id', 'pay_01k5x9a3v8e6rr4c1m2n3p4q5s'],
    ['a very long one', 'x'.repeat(5_000)],
    ['an attack', encodeURIComponent(`' OR 1=1 --`)],
  ])('answers %s with the page that says so', async (_, token) => {
    for (const path of [`/t/${token}`, `/t/${token}/event.ics`]) {
      const { status, headers, text } = await request(app.url).get(path);
      expect(status).toBe(404);
      expect(headers['content-type']).toBe('text/html; charset=utf-8');
      expect(text).toContain('No tickets here');
    }
  });

  it('answers the same when every ticket is deleted', async () => {
    const event = await organization.event();
    const batch = await organization.issue(event);
    const url = ticketPageOf(app, batch);
    await organization.client.delete(`/events/${event.id}/attendees/${batch.data[0]!.id}`).expect(200);
    const { text } = await request(url).get('').expect(404);
    expect(text).toBe((await request(app.url).get(`/t/${newToken()}`)).text);
  });

  it('answers for people when the database is away', async () => {
    const broken = await startApp();
    const other = await broken.organization();
    const url = ticketPageOf(broken, await other.issue(await other.event()));
    await broken.database.query('ALTER TABLE payments RENAME TO payments_elsewhere');
    const { text } = await request(url).get('').expect(500);
    expect(text).toContain('One moment, please');
    expect(text).not.toContain('payments');
    await broken.close();
  });

  it('leaves no token in the log', async () => {
    const batch = await organization.issue(await organization.event());
    const token = new URL(batch.tickets_url).pathname.split('/').at(-1)!;
    const process = await startProcess({ DATABASE_URL: app.database.url, DATA_DIR: app.dataDir });
    await request(process.url).get(`/t/${token}`).expect(200);
    await request(process.url).get(`/t/${token}/event.ics`).expect(200);
    await request(process.url).get(`/t/${token}/nothing`).expect(404);
    await request(process.url).get(`/t/${token}x`).expect(404);
    await process.stop();
    expect(process.output()).toContain('"route":"/t/:token"');
    expect(process.output()).not.toContain(token);
  });

  it('is no part of the API', async () => {
    const { body } = await request(app.url).get('/openapi.json').expect(200);
    expect(Object.keys((body as { paths: object }).paths).filter((path) => path.includes('/t/'))).toEqual([]);
  });
});

function withoutTags(page: string): string {
  return page.replace(/<[^>]*>/g, '');
}
