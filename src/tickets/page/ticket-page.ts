import { join } from 'node:path';
import { type Html, html } from '../../common/http/html';
import { PageDesign } from '../../common/pages/page';
import type { EventPlace } from '../event-place';
import { type EventTimes, timeLines, timesInWords, type WallTime } from '../event-times';
import { qrCodeSvg } from '../qr-code';
import type { TicketCard, TicketSheet } from '../ticket-sheet';
import { admits, mayAdmit } from '../ticket-status';
import { NOT_ACTIVE_ICON, STATUS_ICONS } from './status-icons';

export const TICKET_PAGES = new PageDesign(join(__dirname, 'tickets.css'));

/** The page that people show at the door. */
export async function ticketPage(sheet: TicketSheet): Promise<string> {
  const { organizer, event, tickets } = sheet;
  const statuses = tickets.map(({ status }) => status);
  const calendarUrl = statuses.some(mayAdmit) && sheet.calendarUrl;
  const cards: Html[] = [];
  // One after another, or the codes of all would be drawn in one turn of the event loop.
  for (const [index, ticket] of tickets.entries()) cards.push(await card(ticket, index + 1, sheet));
  return TICKET_PAGES.page(
    `${countOf(tickets)} · ${event.name}`,
    html`<header class="event">
        <p class="organizer"><bdi>${organizer.name}</bdi></p>
        <h1><bdi>${event.name}</bdi></h1>
        <dl class="facts">${when(event.times, calendarUrl)} ${where(event.place)}</dl>
      </header>
      <main>
        ${!event.active && notActive(organizer.name)}
        <h2>${countOf(tickets)}</h2>
        <ol class="tickets">
          ${cards}
        </ol>
      </main>
      ${statuses.some(admits) && FOOTER}`,
  );
}

/** Tickets keep their codes, since check-in asks for no status of the event: only the organizer knows what it means. */
function notActive(organizer: string): Html {
  return html`<p class="not-active">
    ${NOT_ACTIVE_ICON}
    <span>
      <strong>This event is inactive.</strong> Please ask <bdi>${organizer}</bdi> whether it takes place
      before you set out.
    </span>
  </p>`;
}

const FOOTER = html`<footer>
  <p>Show this page at the entrance, on your phone or on paper. Each code admits one person.</p>
</footer>`;

function when(times: EventTimes, calendarUrl: string | false): Html {
  const spans = timesInWords(times).map(({ lines, zone }) => {
    return html`${lines.map((line) => html`<span>${line}</span>`)} <span class="zone">${zone}</span>`;
  });
  return html`<div>
    <dt>When</dt>
    <dd>${spans} ${calendarUrl && html`<a class="action" href="${calendarUrl}">Add to calendar</a>`}</dd>
  </div>`;
}

function where({ lines, mapUrl, online }: EventPlace): Html | null {
  if (lines.length === 0 && !online) return null;
  return html`<div>
    <dt>Where</dt>
    <dd>
      ${lines.map((line) => html`<span><bdi>${line}</bdi></span>`)}
      ${online && html`<span>Online at ${online.host}</span>`} ${mapUrl && outward(mapUrl, 'Show on map')}
      ${online && outward(online.url, 'Join online')}
    </dd>
  </div>`;
}

function outward(url: string, label: string): Html {
  return html`<a class="action" href="${url}" rel="noopener noreferrer nofollow">${label}</a>`;
}

async function card(ticket: TicketCard, number: number, { event, tickets }: TicketSheet): Promise<Html> {
  const { ticketClass, holder, status, label, checkedInAt } = ticket;
  return html`<li>
    <article class="ticket ${status}" aria-labelledby="ticket-${number}">
      <div class="about">
        <div class="top">
          <p class="status">${STATUS_ICONS[status]} ${label}</p>
          ${tickets.length > 1 && html`<p class="number">Ticket ${number} of ${tickets.length}</p>`}
        </div>
        ${onPaper(event)}
        <div>
          <h3 id="ticket-${number}"><bdi>${ticketClass}</bdi></h3>
          <p class="holder"><bdi>${holder}</bdi></p>
          ${checkedInAt && since(checkedInAt)}
        </div>
      </div>
      ${await stub(ticket, `QR code of ticket ${number} of ${tickets.length}`)}
    </article>
  </li>`;
}

/** On the screen this stands once, at the top. */
function onPaper({ name, times, place }: TicketSheet['event']): Html {
  return html`<div class="on-paper">
    <p class="name"><bdi>${name}</bdi></p>
    ${timeLines(times).map((line) => html`<p>${line}</p>`)}
    <p><bdi>${[...place.lines, place.online?.host ?? []].flat().join(', ')}</bdi></p>
  </div>`;
}

function since({ iso, date, time }: WallTime): Html {
  return html`<p class="since">Checked in <time datetime="${iso}">${date}, ${time}</time></p>`;
}

async function stub({ barcode, instead }: TicketCard, alternative: string): Promise<Html> {
  if (barcode === null) return html`<div class="stub"><p class="instead">${instead}</p></div>`;
  return html`<div class="stub">
    <div class="code" role="img" aria-label="${alternative}">${await qrCodeSvg(barcode)}</div>
    <p class="barcode">${barcode.match(/.{1,5}/g)?.map((group) => html`<span>${group}</span>`)}</p>
  </div>`;
}

function countOf(tickets: readonly TicketCard[]): string {
  return tickets.length === 1 ? 'Your ticket' : `Your ${tickets.length} tickets`;
}
