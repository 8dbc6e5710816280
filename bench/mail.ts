import { createTransport } from 'nodemailer';
import { Attendee } from '../src/attendees/attendee.entity';
import type { AttendeeInFull } from '../src/attendees/attendees.repository';
import { Payment } from '../src/attendees/payment.entity';
import type { Batch } from '../src/attendees/payments.service';
import { newBarcode, newToken } from '../src/common/ids/ids';
import { Contact } from '../src/contacts/contact.entity';
import { Event } from '../src/events/event.entity';
import { TicketClass } from '../src/events/ticket-class.entity';
import { calendarFile } from '../src/tickets/calendar-file';
import { ticketMail } from '../src/tickets/mail/ticket-mail';
import { ticketPage } from '../src/tickets/page/ticket-page';
import { type TicketSheet, ticketSheet } from '../src/tickets/ticket-sheet';

const MAILS = 1_000;
const PAGES = 200;

const mime = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });

/** Sizes of the ticket page and of confirmation emails, and how long they take. Needs no database and no mail server. */
async function main(): Promise<void> {
  for (const count of [1, 10, 100]) {
    const { html, message } = await mailOf(count);
    const page = await ticketPage(sheetOf(batchOf(count)));
    print(`${count} tickets`, `page ${kB(page)}   HTML of the mail ${kB(html)}   whole mail ${kB(message)}`);
  }
  await time(`${PAGES} pages with 10 tickets`, PAGES, () => ticketPage(sheetOf(batchOf(10))));
  await time(`${MAILS} mails with 2 tickets`, MAILS, () => mailOf(2));
}

/** One after another, as a worker does; the first tenth is not counted. */
async function time(title: string, times: number, work: () => Promise<unknown>): Promise<void> {
  for (let n = 0; n < times / 10; n++) await work();
  const [start, before] = [performance.now(), process.cpuUsage()];
  for (let n = 0; n < times; n++) await work();
  const wall = (performance.now() - start) / 1_000;
  const { user, system } = process.cpuUsage(before);
  const cpu = (user + system) / 1_000 / times;
  print(title, `${wall.toFixed(2)} s   CPU ${cpu.toFixed(2)} ms each`);
}

async function mailOf(count: number): Promise<{ html: string; message: Buffer }> {
  const batch = batchOf(count);
  const sheet = sheetOf(batch);
  const calendar = calendarFile(batch, sheet, new Date());
  const { contact } = batch.payment;
  const news = {
    contact,
    sheet,
    calendar,
    withdrawn: false,
    news: 'confirmed',
    customMessage: null,
  } as const;
  const mail = await ticketMail(news, 'ada@example.org');
  const { message } = (await mime.sendMail({ from: 'Tickets <tickets@example.org>', ...mail })) as {
    message: Buffer;
  };
  return { html: mail.html as string, message };
}

function sheetOf(batch: Batch): TicketSheet {
  const pageUrl = `https://tickets.example.org/t/${batch.payment.token}`;
  const organizer = { name: 'Bremen Chamber Orchestra', address: 'tickets@example.org' };
  return ticketSheet(batch, { organizer, pageUrl, calendarUrl: `${pageUrl}/event.ics` });
}

function batchOf(count: number): Batch {
  const contact = Object.assign(new Contact(), { firstName: 'Ada', lastName: 'Lovelace' });
  const ticketClass = Object.assign(new TicketClass(), { name: 'General Admission' });
  const payment = { id: 'pay_1', token: newToken(), event: concert(), contact };
  const ticket = (): AttendeeInFull =>
    Object.assign(new Attendee(), {
      ticketClass,
      contact,
      status: 'valid',
      barcode: newBarcode(),
      checkedInAt: null,
    });
  return {
    payment: Object.assign(new Payment(), payment),
    tickets: Array.from({ length: count }, ticket),
    history: { changes: 0, changedAt: null },
  };
}

function concert(): Event {
  return Object.assign(new Event(), {
    name: 'Autumn Concert',
    status: 'active',
    startsAt: new Date('2027-03-01T18:00:00Z'),
    startTimezone: 'Europe/Berlin',
    endsAt: new Date('2027-03-01T21:30:00Z'),
    endTimezone: 'Europe/Berlin',
    venue: { name: 'Die Glocke', address: 'Domsheide 6', city: 'Bremen', state: null, country: 'DE' },
    onlineUrl: null,
    createdAt: new Date(0),
    updatedAt: new Date(0),
  });
}

function kB(content: string | Buffer): string {
  return `${(Buffer.byteLength(content) / 1_000).toFixed(1)} kB`;
}

function print(title: string, figures: string): void {
  process.stdout.write(`${title.padEnd(28)}${figures}\n`);
}

void main();
