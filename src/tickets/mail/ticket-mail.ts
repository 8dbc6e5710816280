import type { Contact } from '../../contacts/contact.entity';
import type { Mail } from '../../notifications/mailer';
import { qrCodePng } from '../qr-code';
import { lines } from '../text';
import { nameInMail, type TicketCard, type TicketSheet } from '../ticket-sheet';
import { mailHtml } from './mail-html';
import { mailText } from './mail-text';
import { type News, ticketsToldOf, wordsFor } from './news';

/**
 * As many tickets as a mail shows, each with its code as a picture; the others it leaves to the ticket page, and to its
 * text part. A hundred would be a hundred attachments, and Gmail cuts off what is longer than 102 kB.
 */
const SHOWN = 10;

/** What the templates of both parts know. */
export interface MailContent {
  sheet: TicketSheet;
  greeting: string;
  lead: string;
  /** The organizer's own words, line by line. */
  message: string[];
  shown: ShownTicket[];
  /** How many tickets only the ticket page shows. */
  more: number;
  /** Whether there is anything to see on the ticket page. */
  linksToPage: boolean;
}

export interface ShownTicket extends TicketCard {
  /** Content-ID of the picture. */
  picture: string | null;
}

export interface TicketNews {
  contact: Contact;
  /** Of the tickets that the news is about. */
  sheet: TicketSheet;
  /** The file for it, of the whole batch: it takes the place of the batch's entry in a calendar. */
  calendar: string;
  /** Whether the file cancels that entry, which then goes with the news, whatever they are. */
  withdrawn: boolean;
  news: News;
  customMessage: string | null;
}

export async function ticketMail(
  { contact, sheet, calendar, withdrawn, news, customMessage }: TicketNews,
  address: string,
): Promise<Omit<Mail, 'id'>> {
  const name = nameInMail(contact);
  const statuses = sheet.tickets.map(({ status }) => status);
  const words = wordsFor(news, sheet.event.name, ticketsToldOf(news, statuses));
  const shown = sheet.tickets.slice(0, SHOWN).map((ticket) => ({ ...ticket, picture: pictureOf(ticket) }));
  const content: MailContent = {
    sheet,
    greeting: name ? `Hello ${name},` : 'Hello,',
    lead: words.lead,
    message: customMessage ? lines(customMessage) : [],
    shown,
    more: sheet.tickets.length - shown.length,
    linksToPage: news !== 'cancelled',
  };
  return {
    to: name ? { name, address } : address,
    subject: words.subject,
    text: mailText(content),
    html: mailHtml(content),
    attachments: [
      ...(await Promise.all(shown.map(pictureAttachment))).flat(),
      ...(words.calendar || withdrawn ? [calendarAttachment(calendar)] : []),
    ],
  };
}

function pictureOf({ barcode }: TicketCard): string | null {
  return barcode && `${barcode}@tickets`;
}

async function pictureAttachment({ barcode, picture }: ShownTicket, index: number) {
  if (!barcode || !picture) return [];
  const content = await qrCodePng(barcode);
  const filename = `ticket-${index + 1}.png`;
  return [
    { filename, content, cid: picture, contentType: 'image/png', contentDisposition: 'inline' as const },
  ];
}

/** An attachment and no `icalEvent`: this is news of an event and no invitation that asks for an answer. */
function calendarAttachment(content: string) {
  return { filename: 'event.ics', content, contentType: 'text/calendar; charset=utf-8; method=PUBLISH' };
}
