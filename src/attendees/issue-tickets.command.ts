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
  notes?: RequestNotes;
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

export function prepare(command: IssueTickets): PreparedRequest {
  return {
    ...command,
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
