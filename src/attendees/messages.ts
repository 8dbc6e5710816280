/** Asks for the confirmation email of a payment: `{ payment_id }`. */
export const CONFIRMATION = 'attendees.confirmation';
