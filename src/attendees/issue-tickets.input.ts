import type { CreateAttendeeDto } from './dto/create-attendee.dto';
import type { IssueTickets } from './issue-tickets.command';

/** What a command has besides what a client sends. */
type Circumstances = Pick<
  IssueTickets,
  'organizationId' | 'apiKeyId' | 'requestId' | 'notes' | 'idempotent' | 'eventId'
>;

/** What a client sends, in the terms of the command. Written out for the reason that `prepare` is. */
export function readIssueTickets(body: CreateAttendeeDto, circumstances: Circumstances): IssueTickets {
  return {
    organizationId: circumstances.organizationId,
    apiKeyId: circumstances.apiKeyId,
    requestId: circumstances.requestId,
    notes: circumstances.notes,
    idempotent: circumstances.idempotent,
    eventId: circumstances.eventId,
    ticketClassId: body.ticket_class_id,
    email: body.contact.email,
    contact: {
      firstName: body.contact.first_name,
      lastName: body.contact.last_name,
      phoneNumber: body.contact.phone_number,
    },
    quantity: body.quantity ?? 1,
    status: body.status ?? undefined,
    paymentMethod: body.payment_method ?? 'cash',
    sendEmail: body.send_email ?? false,
  };
}
