import { DateTime } from 'luxon';
import type { Batch } from '../attendees/payments.service';
import { html } from '../common/http/html';
import type { Mail } from '../notifications/mailer';
import { oneLine } from './text';

/** The confirmation of a batch as HTML and text, without what only sending it can tell. */
export function composeConfirmation(
  { payment, tickets }: Batch,
  address: string,
  ticketPage: string,
): Omit<Mail, 'id'> {
  const { event, contact } = payment;
  const name = oneLine([contact.firstName, contact.lastName].filter(Boolean).join(' '));
  const when = DateTime.fromJSDate(event.startsAt, { zone: event.startTimezone })
    .setLocale('en')
    .toFormat("cccc, d LLLL yyyy, HH:mm '('z')'");
  const where =
    event.onlineUrl ??
    [event.venue?.name, event.venue?.address, event.venue?.city].filter(Boolean).join(', ');
  const lines = tickets.map(({ ticketClass, barcode }) => ({
    ticketClass: oneLine(ticketClass.name),
    barcode,
  }));
  const greeting = name ? `Hello ${name},` : 'Hello,';
  const count = tickets.length === 1 ? 'Your ticket' : `Your ${tickets.length} tickets`;
  return {
    to: name ? { name, address } : address,
    subject: oneLine(`${count} for ${event.name}`),
    text: [
      greeting,
      '',
      `${count} for ${oneLine(event.name)}:`,
      '',
      `When: ${when}`,
      ...(where ? [`Where: ${oneLine(where)}`] : []),
      '',
      ...lines.map((line) => `- ${line.ticketClass}: ${line.barcode}`),
      '',
      `Show your tickets: ${ticketPage}`,
      '',
    ].join('\n'),
    html: html`<!doctype html>
      <html lang="en">
        <body>
          <p>${greeting}</p>
          <p>${count} for <strong>${event.name}</strong>:</p>
          <p>${when}</p>
          <p>${where}</p>
          <ul>
            ${lines.map((line) => html`<li>${line.ticketClass}: <code>${line.barcode}</code></li>`)}
          </ul>
          <p><a href="${ticketPage}">Show your tickets</a></p>
        </body>
      </html> `.markup,
  };
}
