import { createRequire } from 'node:module';
// Its types are those of its ESM half, what is loaded is the other one.
import type ICAL from 'ical.js' with { 'resolution-mode': 'import' };
import request from 'supertest';
import type { AttendeeDto } from '../../src/attendees/dto/attendee.dto';
import type { EventDto } from '../../src/events/dto/event.dto';
import { startApp, type TestApp } from '../support/app';
import type { TestEvent, TestOrganization } from '../support/organization';
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

  /** What decides whether a calendar takes the file, and what it would take. */
  const entryOf = async (pageUrl: string) => {
    const { entry, event } = read(await download(pageUrl));
    return {
      uid: event.uid,
      sequence: event.sequence,
      status: entry.getFirstPropertyValue('status'),
      lastModified: (entry.getFirstPropertyValue('last-modified') as { toJSDate(): Date } | null)?.toJSDate(),
    };
  };
  /** RFC 5545 has no fractions of seconds. */
  const inSeconds = (time: string): Date => new Date(Math.floor(Date.parse(time) / 1_000) * 1_000);
  const patch = async (event: TestEvent, changes: object): Promise<EventDto> => {
    const { body } = await organization.client.patch(`/events/${event.id}`, changes).expect(200);
    return body as EventDto;
  };
  const ageByAnHour = ({ id }: TestEvent) =>
    app.database.query(`UPDATE events SET created_at = created_at - interval '1 hour' WHERE id = $1`, [id]);

  it.each([
    ['name', { name: 'Renamed' }],
    ['time', { start: { utc: '2027-03-02T18:00:00Z', timezone: 'Europe/Berlin' } }],
    ['place', { location: 'Domshof 1, Bremen' }],
    ['status', { status: 'inactive' }],
  ])('keeps its UID and raises its sequence with the %s of the event, at once', async (_, changes) => {
    const event = await organization.event();
    const batch = await organization.issue(event);
    const url = ticketPageOf(app, batch);
    const before = await entryOf(url);
    expect(before).toMatchObject({ uid: batch.payment_id, sequence: 0 });
    expect(await entryOf(url)).toEqual(before);

    const changed = await patch(event, changes);
    const after = await entryOf(url);
    expect(after.uid).toBe(batch.payment_id);
    expect(after.sequence).toBe(secondsBetween(changed));
    expect(after.sequence).toBeGreaterThan(0);
    expect(after.lastModified).toEqual(inSeconds(changed.updated_at));
    expect(await entryOf(url)).toEqual(after);
  });

  it('has a higher sequence after each change of event or tickets, and the same as long as nothing changes', async () => {
    const event = await organization.event();
    const batch = await organization.issue(event, { quantity: 2, status: 'pending_approval' });
    const [first, second] = batch.data.map(({ id }) => id) as [string, string];
    const url = ticketPageOf(app, batch);
    const become = async (id: string, status: string): Promise<string> => {
      const { body } = await organization.changeAttendee(event, id, { status }).expect(200);
      return (body as AttendeeDto).updated_at;
    };
    const seen: (readonly [number, unknown])[] = [];
    const look = async (lastChange?: string): Promise<void> => {
      const entry = await entryOf(url);
      expect(await entryOf(url)).toEqual(entry);
      if (lastChange !== undefined) expect(entry.lastModified).toEqual(inSeconds(lastChange));
      seen.push([entry.sequence, entry.status]);
    };

    await look();
    await look(await become(first, 'valid'));
    await look(await become(first, 'pending_approval'));
    await look(await become(first, 'rejected'));
    await look(await become(second, 'rejected'));
    await look(await become(first, 'valid'));
    await organization.deleteAttendee(event, second).expect(200);
    await look();
    await ageByAnHour(event);
    const changed = await patch(event, { name: 'Moved' });
    await look(changed.updated_at);
    await become(first, 'checked_in');
    await look();

    const seconds = secondsBetween(changed);
    expect(seconds).toBeGreaterThanOrEqual(3_600);
    expect(seen).toEqual([
      [0, 'TENTATIVE'],
      [1, 'CONFIRMED'],
      [2, 'TENTATIVE'],
      [3, 'TENTATIVE'],
      [4, 'CANCELLED'],
      [5, 'CONFIRMED'],
      [6, 'CONFIRMED'],
      [seconds + 6, 'CONFIRMED'],
      [seconds + 7, 'CONFIRMED'],
    ]);
  });

  it('leaves its sequence alone when nothing changes, though somebody asks for it', async () => {
    const event = await organization.event();
    const batch = await organization.issue(event);
    await organization.changeAttendee(event, batch.data[0]!.id, { status: 'valid' }).expect(200);
    await organization.client.post(`/payments/${batch.payment_id}/confirmation-email`, {}).expect(202);
    expect((await entryOf(ticketPageOf(app, batch))).sequence).toBe(0);
  });

  it('does not go back when an invited ticket moves to another batch', async () => {
    const event = await organization.event();
    const invited = await organization.issue(event, { quantity: 2, status: 'invited' });
    const [first, second] = invited.data.map(({ id }) => id) as [string, string];
    await organization.changeAttendee(event, second, { status: 'valid' }).expect(200);
    const url = ticketPageOf(app, invited);
    const before = await entryOf(url);
    expect(before).toMatchObject({ sequence: 1, status: 'CONFIRMED' });

    const upgraded = await organization.issue(event);
    expect(upgraded.data.map(({ id }) => id)).toEqual([first]);
    expect(await entryOf(url)).toEqual(before);
    expect(await entryOf(ticketPageOf(app, upgraded))).toMatchObject({
      uid: upgraded.payment_id,
      sequence: 1,
      status: 'CONFIRMED',
    });
  });

  it('is tentative as long as the event is inactive', async () => {
    const event = await organization.event();
    const url = ticketPageOf(app, await organization.issue(event));
    const statuses: unknown[] = [];
    for (const status of ['inactive', 'active']) {
      await patch(event, { status });
      statuses.push((await entryOf(url)).status);
    }
    expect(statuses).toEqual(['TENTATIVE', 'CONFIRMED']);
  });

  it('fits its sequence into 31 bits for an event of half a century', async () => {
    const event = await organization.event();
    const url = ticketPageOf(app, await organization.issue(event));
    await app.database.query(
      `UPDATE events SET created_at = created_at - interval '50 years' WHERE id = $1`,
      [event.id],
    );
    const { sequence } = await entryOf(url);
    expect(sequence).toBeGreaterThan(1_500_000_000);
    expect(sequence).toBeLessThan(2 ** 31);
  });

  it('is not changed by who else gets tickets, nor by what becomes of those', async () => {
    const event = await organization.event();
    const url = ticketPageOf(app, await organization.issue(event));
    const before = await entryOf(url);
    const other = await organization.issueOne(event, { status: 'pending_approval' });
    await organization.changeAttendee(event, other.id, { status: 'valid' }).expect(200);
    expect(await entryOf(url)).toEqual(before);
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

/** Between the first and the last version of an event, rounded up. */
function secondsBetween({ created_at, updated_at }: EventDto): number {
  return Math.ceil((Date.parse(updated_at) - Date.parse(created_at)) / 1_000);
}
