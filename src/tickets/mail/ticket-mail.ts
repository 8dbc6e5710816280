import type { Batch } from '../../attendees/payments.service';
import type { Mail } from '../../notifications/mailer';
import { calendarFile } from '../calendar-file';
import { qrCodePng } from '../qr-code';
import { lines } from '../text';
import { nameOf, type TicketCard, type TicketSheet } from '../ticket-sheet';
import { mailHtml } from './mail-html';
import { mailText } from './mail-text';
import { type News, wordsFor } from './news';

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
  batch: Batch;
  sheet: TicketSheet;
  news: News;
  customMessage: string | null;
}

export async function ticketMail(
  { batch, sheet, news, customMessage }: TicketNews,
  address: string,
  now: Date,
): Promise<Omit<Mail, 'id'>> {
  const name = nameOf(batch.payment.contact);
  const { subject, lead, calendar } = wordsFor(news, sheet.event.name, Math.max(1, sheet.tickets.length));
  const shown = sheet.tickets.slice(0, SHOWN).map((ticket) => ({ ...ticket, picture: pictureOf(ticket) }));
  const content: MailContent = {
    sheet,
    greeting: name ? `Hello ${name},` : 'Hello,',
    lead,
    message: customMessage ? lines(customMessage) : [],
    shown,
    more: sheet.tickets.length - shown.length,
    linksToPage: news !== 'cancelled',
  };
  return {
    to: name ? { name, address } : address,
    subject,
    text: mailText(content),
    html: mailHtml(content),
    attachments: [
      ...(await Promise.all(shown.map(pictureAttachment))).flat(),
      ...(calendar ? [calendarAttachment(calendarFile(batch, sheet, now))] : []),
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
