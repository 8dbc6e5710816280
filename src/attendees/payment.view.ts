import type { Links } from '../common/http/links';
import type { DeliveryState } from '../notifications/deliveries';
import { viewAttendee } from './attendee.view';
import type { ConfirmationEmailDto, PaymentDetailsDto, PaymentDto } from './dto/payment.dto';
import type { Payment } from './payment.entity';
import type { PaymentDetails } from './payments.service';

export function viewPayment(payment: Payment, links: Links): PaymentDto {
  return {
    id: payment.id,
    event_id: payment.eventId,
    contact_id: payment.contactId,
    tickets_url: links.ticketPage(payment.token),
    created_at: payment.createdAt.toISOString(),
  };
}

export function viewPaymentDetails(
  { payment, tickets, confirmation }: PaymentDetails,
  links: Links,
): PaymentDetailsDto {
  return {
    ...viewPayment(payment, links),
    attendees: tickets.map(viewAttendee),
    confirmation_email: confirmation && viewConfirmation(confirmation),
  };
}

function viewConfirmation({ status, sentAt, attempts, lastError }: DeliveryState): ConfirmationEmailDto {
  return { status, sent_at: sentAt?.toISOString() ?? null, attempts, last_error: lastError };
}
