import type { IdempotentRequest } from '../common/idempotency/idempotency.store';
import type { RequestNotes } from '../common/observability/request-notes';
import { newBarcode, newId, newToken } from '../common/ids/ids';
import { type ContactCard, type ContactFields, contactKey } from '../contacts/contact-upsert';
import type { Admission, AdmissionRequest } from './admission';

/** What a client asks for. */
export interface IssueTickets {
  organizationId: string;
  apiKeyId: string;
  requestId: string;
  /** Where to note how it went. */
  notes: RequestNotes | undefined;
  /** Undefined when the client sent no Idempotency-Key. */
  idempotent: IdempotentRequest | undefined;
  eventId: string;
  ticketClassId: string;
  email: string;
  contact: ContactFields;
  quantity: number;
  status: AdmissionRequest['status'];
  paymentMethod: AdmissionRequest['paymentMethod'];
  sendEmail: boolean;
}

/** The same with everything random in it, so that the transaction only decides and writes. */
export interface PreparedRequest extends IssueTickets, AdmissionRequest {
  paymentToken: string;
}

/** Written out: a spread that is added to is the slowest way to make an object, and this is made for every request. */
export function prepare(command: IssueTickets): PreparedRequest {
  return {
    organizationId: command.organizationId,
    apiKeyId: command.apiKeyId,
    requestId: command.requestId,
    notes: command.notes,
    idempotent: command.idempotent,
    eventId: command.eventId,
    ticketClassId: command.ticketClassId,
    email: command.email,
    contact: command.contact,
    quantity: command.quantity,
    status: command.status,
    paymentMethod: command.paymentMethod,
    sendEmail: command.sendEmail,
    contactKey: contactKey(command),
    paymentId: newId('payment'),
    paymentToken: newToken(),
    blanks: Array.from({ length: command.quantity }, () => ({
      id: newId('attendee'),
      barcode: newBarcode(),
    })),
  };
}

/** A request that was let in, with the contact as it stands after it. */
export interface Issued {
  request: PreparedRequest;
  admission: Admission;
  contact: ContactCard;
}
