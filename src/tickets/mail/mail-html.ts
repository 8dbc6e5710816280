import { type Html, html, trusted } from '../../common/http/html';
import { timesInWords } from '../event-times';
import { PICTURE_SIZE } from '../qr-code';
import type { TicketSheet } from '../ticket-sheet';
import { DARK_AND_NARROW, STYLE, TONES } from './mail-styles';
import type { MailContent, ShownTicket } from './ticket-mail';

/**
 * The mail as mail programs can show it: tables, since Outlook lays out nothing else; styles in attributes, since some
 * drop the others; and those others for dark and narrow screens, where they are known.
 */
export function mailHtml({ sheet, greeting, lead, message, shown, more, linksToPage }: MailContent): string {
  const { organizer, event, pageUrl } = sheet;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${event.name}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <meta name="format-detection" content="telephone=no, date=no, address=no, email=no" />
        <style>
          ${trusted(DARK_AND_NARROW)}
        </style>
      </head>
      <body class="paper" style="${STYLE.body}">
        <div style="${STYLE.preview}">${preview(sheet)}</div>
        <div role="main">
          ${table(
            'paper',
            STYLE.paper,
            html`<td align="center" style="padding: 32px 12px">
              ${trusted('<!--[if mso]><table role="presentation" width="600"><tr><td><![endif]-->')}
              ${table(
                '',
                'max-width: 600px',
                html`<td>
                  <p class="accent" style="${STYLE.organizer}"><bdi>${organizer.name}</bdi></p>
                  <h1 class="ink" style="${STYLE.title}"><bdi>${event.name}</bdi></h1>
                  <p class="ink" style="${STYLE.lead}"><bdi>${greeting}</bdi></p>
                  <p class="ink" style="${STYLE.lead}">${lead}</p>
                  ${words(organizer.name, message)} ${facts(sheet)}
                  ${shown.map((ticket, index) => card(ticket, index + 1, sheet.tickets.length))}
                  ${more > 0 && html`<p class="ink" style="${STYLE.lead}">${more} more on your ticket page.</p>`}
                  ${linksToPage && button(pageUrl)}
                  <p class="muted" style="${STYLE.why}">
                    <bdi>${organizer.name}</bdi> sends this to the address that was given for the tickets.
                  </p>
                </td>`,
              )}
              ${trusted('<!--[if mso]></td></tr></table><![endif]-->')}
            </td>`,
          )}
        </div>
      </body>
    </html> `.markup;
}

/** What mail programs show beside the subject, before the mail is opened. */
function preview({ event: { times, place } }: TicketSheet): string {
  return [`${times.start.date}, ${times.start.time}`, ...place.lines, place.online?.host ?? []]
    .flat()
    .join(' · ');
}

function words(organizer: string, message: string[]): Html | null {
  if (message.length === 0) return null;
  return table(
    '',
    'margin: 8px 0 20px',
    html`<td class="words" style="${STYLE.words}">
      <p class="muted" style="${STYLE.small}"><bdi>${organizer}</bdi> writes:</p>
      <p class="ink" dir="auto" style="${STYLE.quote}">${message.map((line) => html`${line}<br />`)}</p>
    </td>`,
  );
}

/** When and where: side by side, or one below the other on a phone. */
function facts({ event: { times, place } }: TicketSheet): Html {
  const { lines, mapUrl, online } = place;
  const when = timesInWords(times).map((span) => {
    return html`${rows(span.lines)}<span class="muted" style="${STYLE.small}">${span.zone}</span><br />`;
  });
  const where = html`${lines.length > 0 && rows(lines)}
  ${mapUrl && html`<a class="accent" style="${STYLE.link}" href="${mapUrl}">Show on map</a><br />`}
  ${online && html`<a class="accent" style="${STYLE.link}" href="${online.url}">Join at ${online.host}</a>`}`;
  return table('line', STYLE.facts, html`${fact(when)} ${(lines.length > 0 || online) && fact(where)}`);
}

function fact(words: Html | Html[]): Html {
  return html`<td class="stack fact ink" valign="top" style="${STYLE.fact}">${words}</td>`;
}

function rows([first, ...others]: string[]): Html {
  return html`<strong><bdi>${first}</bdi></strong
    ><br />${others.map((line) => html`<bdi>${line}</bdi><br />`)}`;
}

function card(ticket: ShownTicket, number: number, count: number): Html {
  const { ticketClass, holderInMail, status, label, instead, barcode, picture, checkedInAt } = ticket;
  return table(
    'card',
    STYLE.card,
    html`<td class="stack" valign="top" style="${STYLE.about}">
        <p class="${status}" style="${STYLE.status}; color: ${TONES[status]}">${SIGNS[status]} ${label}</p>
        <p class="ink" style="${STYLE.ticketClass}"><bdi>${ticketClass}</bdi></p>
        <p class="ink" style="${STYLE.holder}"><bdi>${holderInMail}</bdi></p>
        ${count > 1 && html`<p class="muted" style="${STYLE.small}">Ticket ${number} of ${count}</p>`}
        ${checkedInAt && html`<p class="muted" style="${STYLE.small}">${checkedInAt.date}, ${checkedInAt.time}</p>`}
        ${instead && html`<p class="muted" style="${STYLE.instead}">${instead}</p>`}
      </td>
      ${picture && code(`QR code of ticket ${number}`, picture, barcode!)}`,
  );
}

/** For those who do not see the colour. */
const SIGNS = { valid: '✓', checked_in: '✓✓', pending_approval: '…', invited: '✉', rejected: '✕' } as const;

function code(alternative: string, picture: string, barcode: string): Html {
  return html`<td
    class="stack"
    align="center"
    valign="top"
    width="${PICTURE_SIZE + 32}"
    style="${STYLE.code}"
  >
    <img
      src="cid:${picture}"
      width="${PICTURE_SIZE}"
      height="${PICTURE_SIZE}"
      alt="${alternative}"
      style="${STYLE.picture}"
    />
    <p class="muted" style="${STYLE.barcode}">${barcode}</p>
  </td>`;
}

function button(url: string): Html {
  return html`<table
    role="presentation"
    cellspacing="0"
    cellpadding="0"
    border="0"
    style="margin: 24px 0 8px"
  >
    <tr>
      <td class="button" bgcolor="#8a2d3b" style="border-radius: 8px; mso-padding-alt: 14px 26px">
        <a href="${url}" class="button" style="${STYLE.button}">Open your ticket page</a>
      </td>
    </tr>
  </table>`;
}

function table(className: string, style: string, cells: Html): Html {
  return html`<table
    role="presentation"
    class="${className}"
    width="100%"
    cellspacing="0"
    cellpadding="0"
    border="0"
    style="${style}"
  >
    <tr>
      ${cells}
    </tr>
  </table>`;
}
