import { createRequire } from 'node:module';
// Its types are those of its ESM half, what is loaded is the other one.
import type ICAL from 'ical.js' with { 'resolution-mode': 'import' };
import request from 'supertest';
import { startApp, type TestApp } from '../support/app';
import type { TestOrganization } from '../support/organization';
import { ticketPageOf } from '../support/tickets';

const { Component, Event, parse } = createRequire(__filename)('ical.js') as typeof ICAL;

describe('GET /t/{token}/event.ics', () => {
  let app: TestApp;
  let organization: TestOrganization;

  beforeAll(async () => {
    app = await startApp({ MAIL_FROM: 'Tickets <tickets@example.org>' });
    organization = await app.organization();
  });
  afterAll(() => app.close());

  const download = async (pageUrl: string): Promise<string> =>
    (await request(pageUrl).get('/event.ics').expect(200)).text;
  const read = (file: string) => {
    const calendar = new Component(parse(file) as unknown[]);
    const entry = calendar.getFirstSubcomponent('vevent')!;
    return { calendar, entry, event: new Event(entry) };
  };

  it('is a calendar file that phones open and nobody keeps', async () => {
    const url = ticketPageOf(app, await organization.issue(await organization.event()));
    const { headers } = await request(url).get('/event.ics').expect(200);
    expect(headers).toMatchObject({
      'content-type': 'text/calendar; charset=utf-8; method=PUBLISH',
      'content-disposition': 'inline; filename="event.ics"',
      'cache-control': 'private, no-store',
      'x-robots-tag': 'noindex, nofollow, noarchive',
    });
  });

  it('says what, when, where, by whom, and where the tickets are', async () => {
    const event = await organization.event({
      name: 'Autumn Concert; with "friends", \\o/',
      start: { utc: '2027-03-01T19:00:00', timezone: 'Europe/Berlin' },
      end: { utc: '2027-03-01T22:30:00', timezone: 'Europe/Berlin' },
      location: 'Marktplatz 1, Bremen; left door',
    });
    const batch = await organization.issue(event);
    const { calendar, entry, event: found } = read(await download(ticketPageOf(app, batch)));

    expect(calendar.getFirstPropertyValue('version')).toBe('2.0');
    expect(calendar.getFirstPropertyValue('method')).toBe('PUBLISH');
    expect(found.uid).toBe(batch.payment_id);
    expect(found.summary).toBe('Autumn Concert; with "friends", \\o/');
    expect(found.startDate.toJSDate()).toEqual(new Date('2027-03-01T18:00:00Z'));
    expect(found.endDate.toJSDate()).toEqual(new Date('2027-03-01T21:30:00Z'));
    expect(found.location).toBe('Marktplatz 1, Bremen; left door');
    expect(found.description).toBe(
      `Monday, 1 March 2027\n19:00 – 22:30\nCentral European Standard Time (Europe/Berlin)\n\nYour tickets: ${batch.tickets_url}`,
    );
    expect(found.organizer).toBe('mailto:tickets@example.org');
    expect(entry.getFirstProperty('organizer')!.getParameter('cn')).toBe('Test organization');
    expect(entry.getFirstPropertyValue('status')).toBe('CONFIRMED');
    expect(entry.getFirstPropertyValue('url')).toBe(batch.tickets_url);
    expect(entry.hasProperty('dtstamp')).toBe(true);
  });

  it('has lines as RFC 5545 wants them', async () => {
    const event = await organization.event({ name: 'Ünïcödé 🎻 '.repeat(15).trim() });
    const file = await download(ticketPageOf(app, await organization.issue(event)));
    expect(file.endsWith('END:VCALENDAR\r\n')).toBe(true);
    expect(file.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    for (const line of file.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    expect(read(file).event.summary).toBe(event.name);
  });

  it('keeps its UID and raises its sequence when the event changes', async () => {
    const event = await organization.event();
    const url = ticketPageOf(app, await organization.issue(event));
    const before = read(await download(url)).event;
    expect(before.sequence).toBe(0);
    await app.database.query(`UPDATE events SET updated_at = updated_at + interval '1 hour' WHERE id = $1`, [
      event.id,
    ]);
    const after = read(await download(url)).event;
    expect(after.uid).toBe(before.uid);
    expect(after.sequence).toBe(3_600);
  });

  it('is not changed by who else gets tickets', async () => {
    const event = await organization.event();
    await app.database.query(
      `UPDATE events SET created_at = created_at - interval '1 day', updated_at = updated_at - interval '1 day'
       WHERE id = $1`,
      [event.id],
    );
    const url = ticketPageOf(app, await organization.issue(event));
    expect(read(await download(url)).event.sequence).toBe(0);
  });

  it('is tentative, and without the link to join, as long as nobody is admitted', async () => {
    const event = await organization.event({ location: 'https://meet.example.org/room' });
    const waiting = await organization.issue(event, { status: 'pending_approval' });
    const tentative = await download(ticketPageOf(app, waiting));
    expect(read(tentative).entry.getFirstPropertyValue('status')).toBe('TENTATIVE');
    expect(tentative).not.toContain('meet.example.org');
    const { event: confirmed } = read(await download(ticketPageOf(app, await organization.issue(event))));
    expect(confirmed.location).toBe('https://meet.example.org/room');
  });

  it('lets no name add lines or parameters', async () => {
    await app.database.query(`UPDATE organizations SET name = $2 WHERE id = $1`, [
      organization.id,
      'Evil";SENT-BY="mailto:x@example.org":mailto:y@example.org\r\nATTENDEE:mailto:z@example.org',
    ]);
    const event = await organization.event({ name: 'A\r\nATTENDEE:mailto:b@example.org' });
    const { entry, event: found } = read(await download(ticketPageOf(app, await organization.issue(event))));
    expect(found.attendees).toEqual([]);
    expect(found.organizer).toBe('mailto:tickets@example.org');
    expect(entry.getFirstProperty('organizer')!.getParameter('sent-by')).toBeUndefined();
  });
});
