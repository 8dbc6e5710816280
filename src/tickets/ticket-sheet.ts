import type { AttendeeInFull } from '../attendees/attendees.repository';
import type { Batch } from '../attendees/payments.service';
import type { Contact } from '../contacts/contact.entity';
import { type EventPlace, eventPlace } from './event-place';
import { type EventTimes, eventTimes, type WallTime, wallTime } from './event-times';
import { oneLine, present } from './text';
import { admits, type HeldStatus, STATUS_WORDS } from './ticket-status';

/** What the ticket page, the mail and the calendar file tell, in words that are safe to show anywhere. */
export interface TicketSheet {
  organizer: Organizer;
  /** One that is not active may not take place: its holders are to ask. */
  event: { name: string; active: boolean; times: EventTimes; place: EventPlace };
  tickets: TicketCard[];
  pageUrl: string;
  calendarUrl: string;
}

export interface Organizer {
  name: string;
  /** Where mail about the tickets comes from. */
  address: string;
}

export interface TicketCard {
  ticketClass: string;
  holder: string;
  /** The same but for names that mail programs would make links of. */
  holderInMail: string;
  status: HeldStatus;
  label: string;
  /** Null for a ticket that admits nobody; `instead` says why. */
  barcode: string | null;
  instead: string | null;
  checkedInAt: WallTime | null;
}

type Context = Pick<TicketSheet, 'organizer' | 'pageUrl' | 'calendarUrl'>;

export function ticketSheet({ payment, tickets }: Batch, context: Context): TicketSheet {
  const { event } = payment;
  const place = eventPlace(event);
  const cards = tickets.map((ticket) => ticketCard(ticket, event.startTimezone));
  return {
    event: {
      name: oneLine(event.name),
      active: event.status === 'active',
      times: eventTimes(event),
      // How to join is for those who may.
      place: cards.some(({ status }) => admits(status)) ? place : withoutLink(place),
    },
    tickets: cards,
    ...context,
  };
}

function withoutLink(place: EventPlace): EventPlace {
  if (!place.online) return place;
  return { ...place, lines: [...place.lines, 'Online'], online: null };
}

function ticketCard(
  { ticketClass, contact, status, barcode, checkedInAt }: AttendeeInFull,
  timezone: string,
): TicketCard {
  if (status === 'deleted') throw new Error('A deleted ticket is shown to nobody');
  const { label, instead } = STATUS_WORDS[status];
  // Erasing a person leaves the seat.
  const address = present(contact.email)[0] ?? 'Anonymous';
  return {
    ticketClass: oneLine(ticketClass.name),
    holder: nameOf(contact) ?? address,
    holderInMail: nameInMail(contact) ?? address,
    status,
    label,
    barcode: admits(status) ? barcode : null,
    instead,
    checkedInAt: checkedInAt && wallTime(checkedInAt, timezone),
  };
}

/** What to call somebody; null when no name is known. */
export function nameOf({ firstName, lastName }: Contact): string | null {
  return present(firstName, lastName).join(' ') || null;
}

/**
 * What to call somebody in a mail. Null also when the name looks like an address: mail programs make links of those, so
 * that a registration in somebody else's name would advertise whatever its sender likes.
 */
export function nameInMail(contact: Contact): string | null {
  const name = nameOf(contact);
  return name && LIKE_AN_ADDRESS.test(name) ? null : name;
}

/** Among them `evil.example`, `Evil.Com` and `bit.Ly/x`, but neither `Ma.Teresa` nor `A.KUMAR`, `Anna/Ben` or `S:t Olof`. */
const LIKE_AN_ADDRESS =
  /@|\p{L}{3}:\S|\.\S*\/|[wW]{3}\.|\.\p{Ll}{2}|[^\s.]{2}\.\p{Lu}{2}|[^\s.]{4}\.\p{L}{2}/u;
