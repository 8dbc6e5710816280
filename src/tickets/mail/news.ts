import type { AttendeeStatus } from '../../attendees/attendee.entity';
import { admits, type HeldStatus } from '../ticket-status';

/** What a mail about tickets has to tell. */
export type News =
  | 'confirmed'
  | 'pending_approval'
  | 'invited'
  | 'approved'
  | 'rejected'
  | 'checked_in'
  | 'check_in_undone'
  | 'cancelled';

export interface NewsWords {
  subject: string;
  /** The first sentences, after the greeting. */
  lead: string;
  /** Whether the event belongs into the calendar of whoever reads it. */
  calendar: boolean;
}

/** What the confirmation of a batch tells: the best that holds for any of its tickets. */
export function newsOfBatch(statuses: readonly HeldStatus[]): News {
  if (statuses.every((status) => status === 'checked_in')) return 'checked_in';
  if (statuses.some(admits)) return 'confirmed';
  return (['pending_approval', 'invited'] as const).find((news) => statuses.includes(news)) ?? 'rejected';
}

/** How many tickets of a batch its news is about; that of a change is about one. */
export function ticketsToldOf(news: News, statuses: readonly HeldStatus[]): number {
  const told = statuses.filter((status) => (news === 'confirmed' ? admits(status) : status === news));
  return Math.max(1, told.length);
}

/** What the change of one ticket's status tells. */
export function newsOfChange(from: AttendeeStatus, to: AttendeeStatus): News {
  if (to === 'deleted') return 'cancelled';
  if (to !== 'valid') return to;
  if (from === 'checked_in') return 'check_in_undone';
  return from === 'invited' ? 'confirmed' : 'approved';
}

export function wordsFor(news: News, event: string, count: number): NewsWords {
  const tickets = count === 1 ? 'ticket' : `${count} tickets`;
  const entrance = `Show the ${count === 1 ? 'code' : 'codes'} at the entrance, on your phone or on paper.`;
  switch (news) {
    case 'confirmed':
      return {
        subject: `Your ${tickets} for ${event}`,
        lead: `${count === 1 ? 'Here is your ticket.' : `Here are your ${tickets}.`} ${entrance}`,
        calendar: true,
      };
    case 'approved':
      return {
        subject: `Approved: your ${tickets} for ${event}`,
        lead: `Good news: your ticket is approved. ${entrance}`,
        calendar: true,
      };
    case 'pending_approval':
      return {
        subject: `Awaiting approval: your ${tickets} for ${event}`,
        lead: `Your ${tickets} ${count === 1 ? 'is' : 'are'} reserved. The organizer has to approve ${count === 1 ? 'it' : 'them'} first; until then there is no code to show.`,
        calendar: true,
      };
    case 'invited':
      return {
        subject: `You are invited: ${event}`,
        lead: 'You are invited. Your place is not confirmed yet; when it is, you will find your code on your ticket page.',
        calendar: true,
      };
    case 'rejected':
      return {
        subject: `Not approved: your ${tickets} for ${event}`,
        lead: `The organizer has not approved your ${tickets}.`,
        calendar: false,
      };
    case 'checked_in':
      return {
        subject: `Checked in: ${event}`,
        lead: 'You are checked in. Enjoy the event!',
        calendar: false,
      };
    case 'check_in_undone':
      return {
        subject: `Check-in undone: ${event}`,
        lead: 'Your check-in was undone. Your ticket is valid again, with the same code.',
        calendar: false,
      };
    case 'cancelled':
      return {
        subject: `Cancelled: your ${tickets} for ${event}`,
        lead: 'Your ticket was cancelled. It does not admit anybody any more.',
        calendar: false,
      };
  }
}
