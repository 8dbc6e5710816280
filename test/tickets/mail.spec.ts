import type { Email } from 'postal-mime';
import type { AttendeeDto } from '../../src/attendees/dto/attendee.dto';
import { CONFIRMATION } from '../../src/attendees/messages';
import { Deliveries } from '../../src/notifications/deliveries';
import { MessageDelivery } from '../../src/notifications/message-delivery';
import { startApp, type TestApp } from '../support/app';
import { readQrCode } from '../support/chromium';
import { type MailServer, startMailServer } from '../support/mail-server';
import type { TestEvent, TestOrganization } from '../support/organization';

const CONTACT = { email: 'ada@example.org', first_name: 'Ada', last_name: 'Lovelace' };

/** What is longer Gmail hides behind a link. */
const GMAIL_CUTS_AT = 102_000;

describe('Mail about tickets', () => {
  let app: TestApp;
  let mailServer: MailServer;
  let organization: TestOrganization;
  let event: TestEvent;

  beforeAll(async () => {
    mailServer = await startMailServer();
    // Messages are delivered when a test says so.
    app = await startApp({
      SMTP_URL: mailServer.url,
      WORKER: 'off',
      MAIL_FROM: 'Tickets <tickets@example.org>',
    });
    organization = await app.organization();
    event = await organization.event({ name: 'Autumn Concert', location: 'Marktplatz 1, Bremen' });
  });
  afterAll(async () => {
    await app.close();
    await mailServer.close();
  });

  /** Delivers every message that waits, oldest first, and returns the mails that this made. */
  const deliver = async (): Promise<Email[]> => {
    mailServer.mails.length = 0;
    const waiting = await app.database.query<{ organizationId: string; id: string }>(
      `SELECT organization_id AS "organizationId", id FROM outbox_messages
       WHERE delivered_at IS NULL AND failed_at IS NULL ORDER BY created_at, id`,
    );
    for (const message of waiting) await app.nest.get(MessageDelivery).deliver(message);
    return [...mailServer.mails];
  };
  const confirm = async (fields: Record<string, unknown> = {}, of: TestEvent = event) => {
    const batch = await organization.issue(of, { contact: CONTACT, send_email: true, ...fields });
    const [mail, ...others] = await deliver();
    expect(others).toEqual([]);
    return { batch, mail: mail! };
  };
  const change = async (ticket: AttendeeDto, status: string, custom_message?: string): Promise<void> => {
    const path = `/events/${ticket.event_id}/attendees/${ticket.id}`;
    await organization.client.patch(path, { status, notify_guest: true, custom_message }).expect(200);
  };

  it('confirms a batch in one mail with its tickets, codes, calendar file and page', async () => {
    const { batch, mail } = await confirm({ quantity: 3 });
    const barcodes = batch.data.map(({ barcode }) => barcode);

    expect(mail.subject).toBe('Your 3 tickets for Autumn Concert');
    expect(mail.from).toMatchObject({ name: 'Tickets', address: 'tickets@example.org' });
    expect(mail.to).toMatchObject([{ name: 'Ada Lovelace', address: 'ada@example.org' }]);
    for (const part of [mail.text!, mail.html!]) {
      for (const words of ['Hello Ada Lovelace,', 'Here are your 3 tickets.', 'Autumn Concert', '19:00']) {
        expect(part).toContain(words);
      }
      for (const words of ['(Europe/Berlin)', 'Marktplatz 1, Bremen', batch.tickets_url, ...barcodes]) {
        expect(part).toContain(words);
      }
    }
    expect(picturesIn(mail).map((png) => readQrCode(png))).toEqual(barcodes);
    expect(calendarIn(mail)).toContain(`UID:${batch.payment_id}\n`);
  });

  it('says that a machine wrote it, and which message it is', async () => {
    const { batch, mail } = await confirm();
    expect(headerOf(mail, 'auto-submitted')).toBe('auto-generated');
    const [message] = await app.database.query<{ id: string }>(
      `SELECT id FROM outbox_messages WHERE payload ->> 'payment_id' = $1`,
      [batch.payment_id],
    );
    expect(mail.messageId).toBe(`<${message!.id}@example.org>`);
  });

  it('is HTML that loads nothing from anywhere and lays out with tables', async () => {
    const { mail } = await confirm();
    expect(mail.html).not.toMatch(/<script|<link|<form|@import|url\(/);
    for (const [, source] of mail.html!.matchAll(/src="([^"]*)"/g)) expect(source).toMatch(/^cid:/);
    expect(mail.html).not.toMatch(/<table(?![^>]*role="presentation")/);
    expect(mail.html).toContain('<html lang="en">');
    expect(mail.html).toContain('<meta name="color-scheme" content="light dark" />');
  });

  it.each([
    ['pending_approval', 'Awaiting approval: your ticket for Autumn Concert', 'has to approve'],
    ['invited', 'You are invited: Autumn Concert', 'not confirmed yet'],
  ])('confirms %s tickets without their codes', async (status, subject, words) => {
    const { batch, mail } = await confirm({ status, contact: { email: `${status}@example.org` } });
    expect(mail.subject).toBe(subject);
    expect(picturesIn(mail)).toEqual([]);
    for (const part of [mail.text!, mail.html!]) {
      expect(part).toContain(words);
      expect(part).toContain(batch.tickets_url);
      expect(part).not.toContain(batch.data[0]!.barcode);
    }
    expect(mail.attachments.map(({ filename }) => filename)).toEqual(['event.ics']);
  });

  it('counts the tickets that admit, and lists the others with their status', async () => {
    const batch = await organization.issue(event, {
      contact: CONTACT,
      quantity: 3,
      status: 'pending_approval',
    });
    for (const [index, status] of ['valid', 'rejected', 'rejected'].entries()) {
      await organization.changeAttendee(event, batch.data[index]!.id, { status }).expect(200);
    }
    await organization.client.post(`/payments/${batch.payment_id}/confirmation-email`, {}).expect(202);
    const [mail] = await deliver();
    expect(mail!.subject).toBe('Your ticket for Autumn Concert');
    expect(mail!.text).toContain('Here is your ticket. Show the code at the entrance');
    expect(mail!.text!.match(/Not approved/g)).toHaveLength(2);
    expect(picturesIn(mail!)).toHaveLength(1);
  });

  it('tells of each new status, with the words of the organizer', async () => {
    const batch = await organization.issue(event, {
      contact: CONTACT,
      quantity: 2,
      status: 'pending_approval',
    });
    const [first, second] = batch.data as [AttendeeDto, AttendeeDto];
    const words = 'Dear Ada,\n\nthe <b>side</b> entrance, please.';

    await change(first, 'valid', words);
    const [approved] = await deliver();
    expect(approved!.subject).toBe('Approved: your ticket for Autumn Concert');
    expect(approved!.text).toContain(
      'Test organization writes:\n\n> Dear Ada,\n> \n> the <b>side</b> entrance, please.',
    );
    expect(approved!.html).toContain('the &lt;b&gt;side&lt;/b&gt; entrance, please.');
    expect(picturesIn(approved!).map((png) => readQrCode(png))).toEqual([first.barcode]);
    expect(approved!.text).not.toContain(second.barcode);

    await change(second, 'rejected', 'The hall is full.');
    const [rejected] = await deliver();
    expect(rejected!.subject).toBe('Not approved: your ticket for Autumn Concert');
    expect(rejected!.text).toContain('The hall is full.');
    expect(rejected!.attachments).toEqual([]);

    await change(first, 'checked_in');
    const [checkedIn] = await deliver();
    expect(checkedIn!.subject).toBe('Checked in: Autumn Concert');
    expect(checkedIn!.text).not.toContain('writes:');

    await change(first, 'valid');
    const [undone] = await deliver();
    expect(undone!.subject).toBe('Check-in undone: Autumn Concert');

    await change(first, 'pending_approval');
    const [pending] = await deliver();
    expect(pending!.subject).toBe('Awaiting approval: your ticket for Autumn Concert');
    expect(pending!.html).not.toContain(first.barcode);

    await change(first, 'deleted', 'See you another time.');
    const [cancelled] = await deliver();
    expect(cancelled!.subject).toBe('Cancelled: your ticket for Autumn Concert');
    expect(cancelled!.text).toContain('See you another time.');
    expect(cancelled!.text).not.toContain('/t/');
    expect(cancelled!.html).not.toContain('/t/');
  });

  it('keeps the calendar entry of the batch as it is when one of its tickets has to wait', async () => {
    const online = await organization.event({ location: 'https://meet.example.org/room' });
    const { data } = await organization.issue(online, { contact: CONTACT, quantity: 2 });
    await change(data[0]!, 'pending_approval');
    const [mail] = await deliver();
    expect(mail!.text).not.toContain(data[1]!.barcode);
    expect(mail!.text).not.toContain('meet.example.org');
    expect(calendarIn(mail!)).toMatch(/^STATUS:CONFIRMED$/m);
    expect(calendarIn(mail!)).toMatch(/^LOCATION:https:..meet\.example\.org.room$/m);

    await change(data[1]!, 'pending_approval');
    const [last] = await deliver();
    expect(calendarIn(last!)).toMatch(/^STATUS:TENTATIVE$/m);
  });

  it('cancels the calendar entry with the last ticket of the batch, and not before', async () => {
    const { batch, mail } = await confirm({ quantity: 2 });
    expect(calendarIn(mail)).toMatch(/^STATUS:CONFIRMED$/m);
    expect(calendarIn(mail)).toMatch(/^SEQUENCE:0$/m);

    await change(batch.data[0]!, 'deleted');
    const [one] = await deliver();
    expect(one!.attachments).toEqual([]);

    await change(batch.data[1]!, 'deleted');
    const [both] = await deliver();
    for (const line of [`UID:${batch.payment_id}`, 'STATUS:CANCELLED', 'SEQUENCE:2']) {
      expect(calendarIn(both!).split('\n')).toContain(line);
    }
  });

  it('takes the cancellation of a calendar entry back with a ticket that is approved after all', async () => {
    const { batch } = await confirm({ status: 'pending_approval' });
    const seen: (string | undefined)[][] = [];
    for (const status of ['rejected', 'valid']) {
      await change(batch.data[0]!, status);
      const [mail] = await deliver();
      seen.push(calendarIn(mail!).match(/^(?:SEQUENCE|STATUS):.*$/gm)!);
    }
    expect(seen).toEqual([
      ['SEQUENCE:1', 'STATUS:CANCELLED'],
      ['SEQUENCE:2', 'STATUS:CONFIRMED'],
    ]);
  });

  it('tells nothing that was overtaken meanwhile', async () => {
    const { data } = await organization.issue(event, { contact: CONTACT, status: 'pending_approval' });
    await change(data[0]!, 'valid');
    await change(data[0]!, 'checked_in');
    const mails = await deliver();
    expect(mails.map(({ subject }) => subject)).toEqual(['Checked in: Autumn Concert']);
  });

  it('tells the latest of two changes to one status, in the words of that one', async () => {
    const { data } = await organization.issue(event, { contact: CONTACT, status: 'pending_approval' });
    await change(data[0]!, 'rejected', 'The hall is full.');
    await change(data[0]!, 'pending_approval');
    await change(data[0]!, 'rejected', 'The concert is sold out.');
    const mails = await deliver();
    expect(mails.map(({ subject }) => subject)).toEqual(['Not approved: your ticket for Autumn Concert']);
    expect(mails[0]!.text).toContain('The concert is sold out.');
  });

  it('has failed when every ticket was deleted before it went out', async () => {
    const batch = await organization.issue(event, { contact: CONTACT, send_email: true });
    await organization.client.delete(`/events/${event.id}/attendees/${batch.data[0]!.id}`).expect(200);
    expect(await deliver()).toEqual([]);
    const state = await app.nest
      .get(Deliveries)
      .latestOfPayment(organization.id, CONFIRMATION, batch.payment_id);
    expect(state).toMatchObject({ status: 'failed', lastError: 'Every ticket was deleted before' });
  });

  it('tells nobody who is not to be told', async () => {
    const { data } = await organization.issue(event, { contact: CONTACT, status: 'pending_approval' });
    const path = `/events/${event.id}/attendees/${data[0]!.id}`;
    await organization.client.patch(path, { status: 'valid', custom_message: 'For the records' }).expect(200);
    expect(await deliver()).toEqual([]);
  });

  describe('of many tickets and long names', () => {
    /** The longest that the API takes, of what HTML makes the most of. */
    const long = (length: number): string => '"'.repeat(length);

    it('shows ten tickets with codes, and all in the text', async () => {
      const { batch, mail } = await confirm({ quantity: 100 });
      expect(picturesIn(mail)).toHaveLength(10);
      expect(mail.html).toContain('90 more on your ticket page.');
      for (const { barcode } of batch.data) expect(mail.text).toContain(barcode);
    });

    it('is cut off by no mail program', async () => {
      const venue = {
        name: long(200),
        address: long(2_000),
        city: long(200),
        state: long(200),
        country: 'DE',
      };
      const vast = await organization.event({ name: long(200) });
      await organization.client.patch(`/events/${vast.id}`, { venue }).expect(200);
      const { id } = await organization.ticketClass(vast, { name: long(120) });
      const contact = { email: 'long@example.org', first_name: long(120), last_name: long(120) };
      const { mail } = await confirm({ quantity: 100, contact, ticket_class_id: id }, vast);
      expect(mail.subject).toBe(`Your 100 tickets for ${long(200)}`);
      expect(Buffer.byteLength(mail.html!)).toBeLessThan(GMAIL_CUTS_AT);
    });

    it.each([long(10_000), 'a\n'.repeat(5_000), '🎻'.repeat(5_000)])(
      'takes long messages too',
      async (message) => {
        const { data } = await organization.issue(event, { contact: CONTACT, status: 'pending_approval' });
        await change(data[0]!, 'rejected', message);
        const [mail] = await deliver();
        expect(Buffer.byteLength(mail!.html!)).toBeLessThan(GMAIL_CUTS_AT);
        expect(mail!.text!.replaceAll('\n> ', '\n')).toContain(message.trim());
      },
    );

    it('has headers that fit on their lines', async () => {
      const contact = { email: 'long@example.org', first_name: 'אדה'.repeat(40), last_name: '🎻'.repeat(60) };
      const { mail } = await confirm({ contact }, await organization.event({ name: 'קונצרט'.repeat(33) }));
      expect(mail.subject).toBe(`Your ticket for ${'קונצרט'.repeat(33)}`);
      expect(mail.to).toMatchObject([{ name: `${contact.first_name} ${contact.last_name}` }]);
      for (const line of mail.headerLines) {
        for (const folded of line.line.split(/\r?\n/)) expect(folded.length).toBeLessThanOrEqual(998);
      }
    });
  });

  it('lets no text from outside become markup, a header or a link', async () => {
    const attack = `<script>alert(1)</script>"'><img src=x onerror=alert(2)>`;
    const attacked = await organization.event({ name: 'Renamed below' });
    await app.database.query(`UPDATE events SET name = $2, venue = $3 WHERE id = $1`, [
      attacked.id,
      `${attack}\r\nBcc: eve@example.org\u202E`,
      { name: attack, address: null, city: null, state: null, country: null },
    ]);
    const contact = { email: 'bob@example.org', first_name: 'Win at', last_name: 'https://evil.example' };
    const { mail } = await confirm({ contact }, attacked);
    expect(mail.subject).toBe(`Your ticket for ${attack} Bcc: eve@example.org`);
    expect(mail.bcc ?? []).toEqual([]);
    expect(mail.to).toMatchObject([{ name: '', address: 'bob@example.org' }]);
    expect(mail.html).not.toMatch(/<script|<img(?!\s+src="cid:)/);
    expect(mail.html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(mail.html! + mail.text!).not.toContain('evil.example');
    expect(mail.html! + mail.text!).not.toContain('\u202E');
  });

  it('lets no name and no message add a header', async () => {
    const bcc = '\r\nBcc: eve@example.org\r\n\r\n';
    const contact = { email: 'eve2@example.org', first_name: `Ada${bcc}`, last_name: 'Lovelace"<x>, Bob' };
    const { batch, mail: confirmed } = await confirm({ contact });
    await change(batch.data[0]!, 'pending_approval', `Hello${bcc}there`);
    const [told] = await deliver();
    for (const mail of [confirmed, told!]) {
      expect(mail.bcc ?? []).toEqual([]);
      expect(mail.headers.map(({ key }) => key)).not.toContain('bcc');
      expect(mail.to).toMatchObject([{ address: 'eve2@example.org' }]);
    }
    expect(told!.text).toContain('> Hello\n> Bcc: eve@example.org\n> \n> there');
  });
});

/** The pictures that the HTML shows, in its order. */
function picturesIn({ html, attachments }: Email): Uint8Array[] {
  return [...html!.matchAll(/src="cid:([^"]*)"/g)].map(([, id]) => {
    const picture = attachments.find(({ contentId }) => contentId === `<${id}>`)!;
    expect(picture).toMatchObject({ mimeType: 'image/png', disposition: 'inline', related: true });
    return new Uint8Array(picture.content as ArrayBuffer);
  });
}

function calendarIn({ attachments }: Email): string {
  const [calendar] = attachments.filter(({ mimeType }) => mimeType === 'text/calendar');
  expect(calendar).toMatchObject({ filename: 'event.ics', disposition: 'attachment' });
  return Buffer.from(calendar!.content as ArrayBuffer).toString();
}

function headerOf({ headers }: Email, name: string): string | undefined {
  return headers.find(({ key }) => key === name)?.value;
}
