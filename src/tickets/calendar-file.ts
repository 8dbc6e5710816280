import ical, { ICalCalendarMethod, ICalEventStatus } from 'ical-generator';
import type { Batch } from '../attendees/payments.service';
import { timeLines } from './event-times';
import type { TicketSheet } from './ticket-sheet';
import { admits, mayAdmit } from './ticket-status';

/**
 * The event as an iCalendar file (RFC 5545). Its times are instants in UTC, which every calendar shows in the zone of
 * its owner; names of zones only some can read, so the event's own stands in the text. One entry a batch, since each
 * links to its own tickets: opened again it replaces itself, by its UID, if its SEQUENCE is higher, or the same and its
 * DTSTAMP later (RFC 5546, section 2.1.5).
 */
export function calendarFile({ payment, history }: Batch, sheet: TicketSheet, now: Date): string {
  const { event } = payment;
  const { name, place, times } = sheet.event;
  const calendar = ical({
    prodId: { company: 'Usher', product: 'Tickets', language: 'EN' },
    method: ICalCalendarMethod.PUBLISH,
  });
  calendar.createEvent({
    id: payment.id,
    sequence: revisionOf(event, history),
    stamp: now,
    lastModified: new Date(Math.max(event.updatedAt.getTime(), history.changedAt?.getTime() ?? 0)),
    start: event.startsAt,
    end: event.endsAt,
    summary: name,
    location: [...place.lines, ...(place.online ? [place.online.url] : [])].join(', ') || null,
    description: [...timeLines(times), '', `Your tickets: ${sheet.pageUrl}`].join('\n'),
    url: sheet.pageUrl,
    // The library writes a quote that would end the parameter (RFC 5545 has none inside of one).
    organizer: { name: sheet.organizer.name.replaceAll('"', "'"), email: sheet.organizer.address },
    status: statusOf(sheet),
  });
  // Every line ends with CRLF, and the library leaves the last one without.
  return `${calendar.toString()}\r\n`;
}

/** Whether nobody may come in with these tickets any more: then the entry tells so. */
export function withdraws({ tickets }: TicketSheet): boolean {
  return !tickets.some(({ status }) => mayAdmit(status));
}

/** For the holder: whether the event takes place, and whether any of the tickets opens it. */
function statusOf(sheet: TicketSheet): ICalEventStatus {
  if (withdraws(sheet)) return ICalEventStatus.CANCELLED;
  const certain = sheet.event.active && sheet.tickets.some(({ status }) => admits(status));
  return certain ? ICalEventStatus.CONFIRMED : ICalEventStatus.TENTATIVE;
}

/**
 * Must rise with what the entry tells (RFC 5545, section 3.8.7.4). The seconds between the first and the last version of
 * the event, and what happened to the tickets: neither goes back, so their sum rises with each, and it has 31 bits, which
 * is 68 years. Seconds are rounded up, so that a change right after the event was made counts. Changes of the event in one
 * second share a sequence: between their files the DTSTAMP decides.
 */
function revisionOf(
  { createdAt, updatedAt }: Batch['payment']['event'],
  { changes }: Batch['history'],
): number {
  const seconds = Math.ceil((updatedAt.getTime() - createdAt.getTime()) / 1_000);
  return Math.max(0, seconds) + changes;
}
