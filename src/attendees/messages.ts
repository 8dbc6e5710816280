/** Asks for the confirmation email of a payment: `{ payment_id }`. */
export const CONFIRMATION = 'attendees.confirmation';

/** Asks for the email that tells a guest of a ticket's new status: `{ attendee_id, status_change_id }`. */
export const STATUS_CHANGED = 'attendees.status_changed';

/** Messages that are delivered by mail. */
export const MAIL_TYPES: readonly string[] = [CONFIRMATION, STATUS_CHANGED];
