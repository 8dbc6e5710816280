/** Asks for the confirmation email of a payment: `{ payment_id }`. */
export const CONFIRMATION = 'attendees.confirmation';

/** Messages that are delivered by mail. */
export const MAIL_TYPES: readonly string[] = [CONFIRMATION];
