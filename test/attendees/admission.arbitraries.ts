import fc from 'fast-check';
import {
  type Admission,
  type AdmissionFacts,
  type AdmissionRequest,
  invitationKey,
  type Refusal,
  type Ticket,
} from '../../src/attendees/admission';
import { SEAT_OF_STATUS } from '../../src/attendees/attendee.entity';
import type { LockedEvent, LockedTicketClass } from '../../src/events/seat-locks';

const EVENTS = ['evt_1', 'evt_2'];
const CLASSES = ['tcl_1', 'tcl_2', 'tcl_3'];
const CONTACTS = ['ada', 'bob'];
const MOST_TICKETS = 5;

const mostly = <T>(usual: T, rare: T): fc.Arbitrary<T> =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constant(rare) });

const organizationId = mostly('org_a', 'org_b');

const seatsRemaining = fc.option(fc.nat(8));

const event = (id: string): fc.Arbitrary<LockedEvent> =>
  fc.record({
    organizationId,
    id: fc.constant(id),
    name: fc.constant(id),
    seatsRemaining,
  });

const ticketClass = (id: string): fc.Arbitrary<LockedTicketClass> =>
  fc.record({
    organizationId,
    id: fc.constant(id),
    eventId: mostly('evt_1', 'evt_2'),
    name: fc.constant(id),
    status: mostly<'active' | 'deleted'>('active', 'deleted'),
    requireApproval: fc.boolean(),
    seatsRemaining,
  });

function invitedTicket(id: string): Ticket {
  return {
    id,
    barcode: `barcode of ${id}`,
    status: 'invited',
    ticketClassId: 'tcl_1',
    paymentMethod: 'free',
    paymentId: 'pay_invited',
    createdAt: new Date(0),
  };
}

/** A few events, ticket classes and invited tickets; now and then one is missing or somebody else's. */
export const facts: fc.Arbitrary<AdmissionFacts> = fc
  .record({
    events: mostly(EVENTS, EVENTS.slice(1)).chain((ids) => fc.tuple(...ids.map(event))),
    ticketClasses: mostly(CLASSES, CLASSES.slice(1)).chain((ids) => fc.tuple(...ids.map(ticketClass))),
    invitations: fc.tuple(
      ...EVENTS.flatMap((eventId) =>
        CONTACTS.map((contactKey) => fc.nat(4).map((count) => ({ eventId, contactKey, count }))),
      ),
    ),
  })
  .map(({ events, ticketClasses, invitations }) => ({
    events,
    ticketClasses,
    invited: new Map(
      invitations.map(({ eventId, contactKey, count }) => {
        const key = invitationKey({ eventId, contactKey });
        return [key, Array.from({ length: count }, (_, index) => invitedTicket(`${key} ${index}`))];
      }),
    ),
  }));

export const requests: fc.Arbitrary<AdmissionRequest[]> = fc
  .array(
    fc.record({
      organizationId,
      eventId: mostly('evt_1', 'evt_2'),
      ticketClassId: fc.constantFrom(...CLASSES),
      contactKey: fc.constantFrom(...CONTACTS),
      quantity: fc.integer({ min: 1, max: MOST_TICKETS }),
      status: fc.constantFrom(
        undefined,
        'valid' as const,
        'pending_approval' as const,
        'checked_in' as const,
        'invited' as const,
      ),
      paymentMethod: fc.constantFrom('cash' as const, 'free' as const, 'external' as const),
    }),
    { maxLength: 12 },
  )
  .map((drafts) =>
    drafts.map((draft, index) => ({
      ...draft,
      paymentId: `pay_${index}`,
      blanks: Array.from({ length: draft.quantity }, (_, blank) => ({
        id: `tkt_${index}_${blank}`,
        barcode: `barcode ${index} ${blank}`,
      })),
    })),
  );

/** What the locked rows and the invited tickets would say after these decisions had been written. */
export function afterwards(
  before: AdmissionFacts,
  asked: readonly AdmissionRequest[],
  decisions: readonly (Admission | Refusal)[],
): AdmissionFacts {
  const taken = new Map<string, number>();
  const invited = new Map(before.invited);
  asked.forEach((request, index) => {
    const decision = decisions[index]!;
    if (!decision.admitted) return;
    const seats = seatsTaken(decision);
    for (const id of [request.eventId, request.ticketClassId]) taken.set(id, (taken.get(id) ?? 0) + seats);
    const key = invitationKey(request);
    const touched = new Map(decision.upgraded.map((ticket) => [ticket.id, ticket]));
    invited.set(
      key,
      [
        ...(invited.get(key) ?? []).map((ticket) => touched.get(ticket.id) ?? ticket),
        ...decision.created,
      ].filter(({ status }) => status === 'invited'),
    );
  });
  const minusTaken = <T extends LockedEvent | LockedTicketClass>(row: T): T => ({
    ...row,
    seatsRemaining: row.seatsRemaining === null ? null : row.seatsRemaining - (taken.get(row.id) ?? 0),
  });
  return {
    events: before.events.map(minusTaken),
    ticketClasses: before.ticketClasses.map(minusTaken),
    invited,
  };
}

function seatsTaken({ upgraded, created }: Admission): number {
  return [...upgraded, ...created].filter(({ status }) => SEAT_OF_STATUS[status] !== null).length;
}

export function admissions(
  asked: readonly AdmissionRequest[],
  decisions: readonly (Admission | Refusal)[],
): [AdmissionRequest, Admission][] {
  return asked.flatMap((request, index): [AdmissionRequest, Admission][] => {
    const decision = decisions[index]!;
    return decision.admitted ? [[request, decision]] : [];
  });
}
