import type { Links } from '../common/http/links';
import { viewAttendee } from './attendee.view';
import type { IssuedTicketsDto } from './dto/attendee.dto';
import type { Issued } from './issue-tickets.command';

/** The answer to create attendee. */
export function viewIssued(
  { request, admission, contact }: Issued,
  now: Date,
  links: Links,
): IssuedTicketsDto {
  const { upgraded, created, status, ticketClassName } = admission;
  return {
    data: [...upgraded, ...created].map((ticket) =>
      viewAttendee({
        id: ticket.id,
        eventId: request.eventId,
        status: ticket.status,
        paymentId: ticket.paymentId,
        paymentMethod: ticket.paymentMethod,
        barcode: ticket.barcode,
        ticketClass: { id: request.ticketClassId, name: ticketClassName },
        contact,
        checkedInAt: status === 'checked_in' ? now : null,
        createdAt: ticket.createdAt ?? now,
        updatedAt: now,
      }),
    ),
    payment_id: request.paymentId,
    quantity: created.length,
    upgraded_quantity: upgraded.length,
    tickets_url: links.ticketPage(request.paymentToken),
  };
}
