import { type Admission, type AdmissionRequest, decide, type Refusal } from '../../src/attendees/admission';
import type { LockedEvent, LockedTicketClass } from '../../src/events/seat-locks';

describe('decide', () => {
  const concert = (seats: number | null): LockedEvent => ({
    organizationId: 'org_a',
    id: 'evt_1',
    name: 'Concert',
    seatsRemaining: seats,
  });
  const balcony = (fields: Partial<LockedTicketClass> = {}): LockedTicketClass => ({
    organizationId: 'org_a',
    id: 'tcl_1',
    eventId: 'evt_1',
    name: 'Balcony',
    status: 'active',
    requireApproval: false,
    seatsRemaining: null,
    ...fields,
  });
  const ask = (quantity: number, status?: AdmissionRequest['status']): AdmissionRequest => ({
    organizationId: 'org_a',
    eventId: 'evt_1',
    ticketClassId: 'tcl_1',
    contactKey: 'ada',
    quantity,
    status,
    paymentMethod: 'cash',
    paymentId: 'pay_1',
    blanks: Array.from({ length: quantity }, (_, index) => ({
      id: `tkt_${index}`,
      barcode: `barcode ${index}`,
    })),
  });
  const outcome = (decision: Admission | Refusal) =>
    decision.admitted ? decision.status : decision.error.message;

  it('a later, smaller request may still fit after a refused one', () => {
    const decisions = decide({ events: [concert(3)], ticketClasses: [balcony()], invited: new Map() }, [
      ask(2),
      ask(2),
      ask(1),
      ask(1),
    ]);
    expect(decisions.map(outcome)).toEqual([
      'valid',
      'Not enough seats in event "Concert": 2 requested, 1 seat remains',
      'valid',
      'Not enough seats in event "Concert": 1 requested, no seats remain',
    ]);
  });

  it('the class is looked at before the event', () => {
    const decisions = decide(
      { events: [concert(1)], ticketClasses: [balcony({ seatsRemaining: 2 })], invited: new Map() },
      [ask(3), ask(2)],
    );
    expect(decisions.map(outcome)).toEqual([
      'Not enough seats in ticket class "Balcony": 3 requested, 2 seats remain',
      'Not enough seats in event "Concert": 2 requested, 1 seat remains',
    ]);
  });

  it('approval is the default of a class that asks for it, and only the default', () => {
    const facts = {
      events: [concert(null)],
      ticketClasses: [balcony({ requireApproval: true })],
      invited: new Map(),
    };
    const decisions = decide(facts, [ask(1), ask(1, 'valid'), ask(1, 'checked_in'), ask(1, 'invited')]);
    expect(decisions.map(outcome)).toEqual(['pending_approval', 'valid', 'checked_in', 'invited']);
  });

  it('invited tickets need no seat, and those of an earlier request are upgraded by a later one', () => {
    const [invited, upgraded] = decide(
      { events: [concert(0)], ticketClasses: [balcony()], invited: new Map() },
      [ask(2, 'invited'), ask(1)],
    );
    expect(outcome(invited!)).toBe('invited');
    expect(outcome(upgraded!)).toBe('Not enough seats in event "Concert": 1 requested, no seats remain');

    const [first, second] = decide({ events: [concert(2)], ticketClasses: [balcony()], invited: new Map() }, [
      ask(2, 'invited'),
      ask(1),
    ]) as Admission[];
    expect(second).toMatchObject({
      upgraded: [{ id: first!.created[0]!.id, status: 'valid' }],
      created: [],
    });
  });
});
