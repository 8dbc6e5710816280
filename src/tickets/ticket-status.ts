import type { AttendeeStatus } from '../attendees/attendee.entity';

/** How people are told of a ticket's status. */
export interface StatusWords {
  label: string;
  /** What stands in the place of the QR code. A ticket that admits nobody shows none; null shows it. */
  instead: string | null;
}

/** Statuses that a ticket has in somebody's hands: a deleted one is in nobody's. */
export type HeldStatus = Exclude<AttendeeStatus, 'deleted'>;

/**
 * A ticket that is checked in keeps its code: whoever goes out and comes back shows it again, and the scanner says when
 * it was checked in. An invited one has none yet, because it holds no seat.
 */
export const STATUS_WORDS: Record<HeldStatus, StatusWords> = {
  valid: { label: 'Valid', instead: null },
  checked_in: { label: 'Checked in', instead: null },
  pending_approval: {
    label: 'Awaiting approval',
    instead: 'The organizer has to approve this ticket first. Then it gets its code.',
  },
  invited: {
    label: 'Invited',
    instead: 'Your place is not confirmed yet. When it is, this ticket gets its code.',
  },
  rejected: {
    label: 'Not approved',
    instead: 'The organizer has not approved this ticket. It does not admit anybody.',
  },
};

/** Whether the holder may come in: only they learn how to join online. */
export function admits(status: HeldStatus): boolean {
  return STATUS_WORDS[status].instead === null;
}

/** Whether the holder may come in, or may be let in yet: they note the event in their calendars. */
export function mayAdmit(status: HeldStatus): boolean {
  return status !== 'rejected';
}
