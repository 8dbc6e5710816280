import ical, { ICalCalendarMethod, ICalEventStatus } from 'ical-generator';
import type { Batch } from '../attendees/payments.service';
import { timeLines } from './event-times';
import type { TicketSheet } from './ticket-sheet';
import { admits } from './ticket-status';

/**
 * The event as an iCalendar file (RFC 5545). Its times are instants in UTC, which every calendar shows in the zone of
 * its owner; names of zones only some can read, so the event's own stands in the text. One entry a batch, since each
 * links to its own tickets: opened again it replaces itself, by its UID.
 */
export function calendarFile({ payment }: Batch, sheet: TicketSheet, now: Date): string {
  const { event } = payment;
  const { name, place, times } = sheet.event;
  const calendar = ical({
    prodId: { company: 'Usher', product: 'Tickets', language: 'EN' },
    method: ICalCalendarMethod.PUBLISH,
  });
  calendar.createEvent({
    id: payment.id,
    sequence: revisionOf(event),
    stamp: now,
    lastModified: event.updatedAt,
    start: event.startsAt,
    end: event.endsAt,
    summary: name,
    location: [...place.lines, ...(place.online ? [place.online.url] : [])].join(', ') || null,
    description: [...timeLines(times), '', `Your tickets: ${sheet.pageUrl}`].join('\n'),
    url: sheet.pageUrl,
    // The library writes a quote that would end the parameter (RFC 5545 has none inside of one).
    organizer: { name: sheet.organizer.name.replaceAll('"', "'"), email: sheet.organizer.address },
    status: sheet.tickets.some(({ status }) => admits(status))
      ? ICalEventStatus.CONFIRMED
      : ICalEventStatus.TENTATIVE,
  });
  // Every line ends with CRLF, and the library leaves the last one without.
  return `${calendar.toString()}\r\n`;
}

/** Must rise when the event changes (RFC 5545, section 3.8.7.4): the seconds between its first and its last version. */
function revisionOf({ createdAt, updatedAt }: Batch['payment']['event']): number {
  return Math.max(0, Math.floor((updatedAt.getTime() - createdAt.getTime()) / 1_000));
}
