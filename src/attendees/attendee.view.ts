import type { AttendeeStatus, PaymentMethod } from './attendee.entity';
import type { AttendeeDto } from './dto/attendee.dto';

/** All that an attendee shows, from its own row and the two that it names. */
export interface ViewableAttendee {
  id: string;
  eventId: string;
  status: AttendeeStatus;
  paymentId: string;
  paymentMethod: PaymentMethod;
  barcode: string;
  checkedInAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
  ticketClass: { id: string; name: string };
  contact: { id: string; firstName: string | null; lastName: string | null; email: string | null };
}

export function viewAttendee(attendee: ViewableAttendee): AttendeeDto {
  const { ticketClass, contact } = attendee;
  return {
    id: attendee.id,
    event_id: attendee.eventId,
    status: attendee.status,
    ticket_class_id: ticketClass.id,
    ticket_class_name: ticketClass.name,
    contact_id: contact.id,
    first_name: contact.firstName,
    last_name: contact.lastName,
    email: contact.email,
    barcode: attendee.barcode,
    payment_id: attendee.paymentId,
    payment_method: attendee.paymentMethod,
    checked_in_at: attendee.checkedInAt?.toISOString() ?? null,
    created_at: attendee.createdAt.toISOString(),
    updated_at: attendee.updatedAt.toISOString(),
  };
}
