import { type DomainError } from '../common/errors/domain-error';
import { EventNotFound } from '../events/events.errors';
import { CapacityExceeded } from '../events/inventory.errors';
import type { LockedEvent, LockedTicketClass } from '../events/seat-locks';
import { TicketClassNotFound } from '../events/ticket-classes.errors';
import { type AttendeeStatus, type PaymentMethod, SEAT_OF_STATUS } from './attendee.entity';

/** The statuses that a ticket can be issued with. */
export const ISSUABLE_STATUSES = [
  'valid',
  'pending_approval',
  'checked_in',
  'invited',
] as const satisfies readonly AttendeeStatus[];
export type IssuableStatus = (typeof ISSUABLE_STATUSES)[number];

/** A request for tickets, as far as admission is concerned. */
export interface AdmissionRequest {
  organizationId: string;
  eventId: string;
  ticketClassId: string;
  /** Tells contacts apart. */
  contactKey: string;
  quantity: number;
  /** Undefined: `pending_approval` when the ticket class requires approval, else `valid`. */
  status: IssuableStatus | undefined;
  paymentMethod: PaymentMethod;
  paymentId: string;
  /** Ids and barcodes for as many new tickets as may be needed. */
  blanks: readonly { id: string; barcode: string }[];
}

/** A ticket as it is handed out. */
export interface Ticket {
  readonly id: string;
  readonly barcode: string;
  readonly status: AttendeeStatus;
  readonly ticketClassId: string;
  readonly paymentMethod: PaymentMethod;
  readonly paymentId: string;
  /** Null until it is stored. */
  readonly createdAt: Date | null;
}

export interface Admission {
  admitted: true;
  ticketClassName: string;
  status: IssuableStatus;
  /** Invited tickets as they become. */
  upgraded: Ticket[];
  created: Ticket[];
}

export interface Refusal {
  admitted: false;
  error: DomainError;
}

export interface AdmissionFacts {
  events: readonly LockedEvent[];
  ticketClasses: readonly LockedTicketClass[];
  /** Invited tickets by `invitationKey`, oldest first. */
  invited: ReadonlyMap<string, readonly Ticket[]>;
}

export function invitationKey({
  eventId,
  contactKey,
}: Pick<AdmissionRequest, 'eventId' | 'contactKey'>): string {
  return `${eventId} ${contactKey}`;
}

/**
 * Decides requests in the order given, each seeing the seats and invited tickets that those before it left.
 * Pure: the same facts and requests always give the same decisions.
 */
export function decide(
  facts: AdmissionFacts,
  requests: readonly AdmissionRequest[],
): (Admission | Refusal)[] {
  const remainingSeats = new Map<string, number | null>();
  for (const { id, seatsRemaining } of [...facts.events, ...facts.ticketClasses]) {
    remainingSeats.set(id, seatsRemaining);
  }
  const events = new Map(facts.events.map((event) => [event.id, event]));
  const ticketClasses = new Map(facts.ticketClasses.map((ticketClass) => [ticketClass.id, ticketClass]));
  const invited = new Map(facts.invited);

  return requests.map((request) => {
    const event = events.get(request.eventId);
    if (event?.organizationId !== request.organizationId) return refuse(new EventNotFound());
    const ticketClass = ticketClasses.get(request.ticketClassId);
    if (ticketClass?.eventId !== event.id || ticketClass.status !== 'active') {
      return refuse(new TicketClassNotFound());
    }

    const status = request.status ?? (ticketClass.requireApproval ? 'pending_approval' : 'valid');
    const requested = SEAT_OF_STATUS[status] ? request.quantity : 0;
    for (const [scope, limited] of [
      ['ticket_class', ticketClass],
      ['event', event],
    ] as const) {
      const remaining = remainingSeats.get(limited.id) ?? null;
      if (remaining !== null && requested > remaining) {
        return refuse(new CapacityExceeded({ scope, name: limited.name, requested, remaining }));
      }
    }
    for (const { id } of [ticketClass, event]) {
      const remaining = remainingSeats.get(id) ?? null;
      if (remaining !== null) remainingSeats.set(id, remaining - requested);
    }

    const key = invitationKey(request);
    const invitations = invited.get(key) ?? [];
    const { ticketClassId, paymentMethod, paymentId } = request;
    const become = ({ id, barcode, createdAt }: Pick<Ticket, 'id' | 'barcode' | 'createdAt'>): Ticket => {
      return { id, barcode, status, ticketClassId, paymentMethod, paymentId, createdAt };
    };
    const upgraded = invitations.slice(0, request.quantity).map(become);
    const created = request.blanks
      .slice(0, request.quantity - upgraded.length)
      .map(({ id, barcode }) => become({ id, barcode, createdAt: null }));
    const untouched = invitations.slice(request.quantity);
    invited.set(key, status === 'invited' ? [...upgraded, ...untouched, ...created] : untouched);
    return { admitted: true, ticketClassName: ticketClass.name, status, upgraded, created };
  });
}

function refuse(error: DomainError): Refusal {
  return { admitted: false, error };
}
