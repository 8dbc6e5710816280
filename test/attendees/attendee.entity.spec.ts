import fc from 'fast-check';
import {
  Attendee,
  ATTENDEE_STATUSES,
  type AttendeeStatus,
  SEAT_OF_STATUS,
  seatsMoved,
} from '../../src/attendees/attendee.entity';
import { InvalidTransition } from '../../src/attendees/attendees.errors';

/** The transitions as the API's contract lists them. */
const CONTRACT = new Set([
  'pending_approval → valid',
  'pending_approval → rejected',
  'valid → checked_in',
  'valid → pending_approval',
  'checked_in → valid',
  'invited → valid',
  'invited → pending_approval',
  'invited → rejected',
  'rejected → pending_approval',
  'rejected → valid',
  'invited → deleted',
  'pending_approval → deleted',
  'valid → deleted',
  'checked_in → deleted',
  'rejected → deleted',
]);

const STATUS = fc.constantFrom(...ATTENDEE_STATUSES);

describe('Attendee', () => {
  const pairs = ATTENDEE_STATUSES.flatMap((from) => ATTENDEE_STATUSES.map((to) => [from, to] as const));

  it.each(pairs)('from %s to %s does what the contract says', (from, to) => {
    const attendee = attendeeThatIs(from);
    const allowed = ATTENDEE_STATUSES.filter((status) => CONTRACT.has(`${from} → ${status}`));
    if (from === to) {
      expect(attendee.become(to, at(1))).toBe(false);
      expect(attendee).toEqual(attendeeThatIs(from));
    } else if (allowed.includes(to)) {
      expect(attendee.become(to, at(1))).toBe(true);
      expect(attendee).toMatchObject({ status: to, updatedAt: at(1) });
    } else {
      const error = refusalOf(() => attendee.become(to, at(1)));
      expect(error).toMatchObject({ code: 'invalid_transition', kind: 'unprocessable' });
      expect(error.details).toMatchObject({ from, to });
      expect([...(error.details!.allowed as string[])].sort()).toEqual([...allowed].sort());
      expect(attendee).toEqual(attendeeThatIs(from));
    }
  });

  it('knows when it was checked in exactly while it is', () => {
    const attendee = attendeeThatIs('valid');
    attendee.become('checked_in', at(2), at(1));
    expect(attendee).toMatchObject({ checkedInAt: at(1), updatedAt: at(2) });
    attendee.become('valid', at(3));
    expect(attendee).toMatchObject({ checkedInAt: null, updatedAt: at(3) });
    attendee.become('checked_in', at(4));
    expect(attendee).toMatchObject({ checkedInAt: at(4), updatedAt: at(4) });
  });

  it('holds the seats of its status after any sequence of changes', () => {
    fc.assert(
      fc.property(STATUS, fc.array(STATUS), (first, wanted) => {
        const attendee = attendeeThatIs(first);
        const seats = { ...seatsOf(first) };
        wanted.forEach((status, index) => {
          const { status: from, updatedAt } = attendee;
          const possible = status === from || CONTRACT.has(`${from} → ${status}`);
          if (possible) {
            const changed = attendee.become(status, at(index));
            expect(changed).toBe(status !== from);
            expect(attendee.updatedAt).toEqual(changed ? at(index) : updatedAt);
            const moved = seatsMoved(from, attendee.status);
            seats.sold += moved.sold;
            seats.pending += moved.pending;
          } else {
            expect(() => attendee.become(status, at(index))).toThrow(InvalidTransition);
          }
          expect(attendee.status).toBe(possible ? status : from);
          expect(seats).toEqual(seatsOf(attendee.status));
          expect(attendee.checkedInAt !== null).toBe(attendee.status === 'checked_in');
        });
      }),
    );
  });
});

function attendeeThatIs(status: AttendeeStatus): Attendee {
  const checkedInAt = status === 'checked_in' ? at(0) : null;
  return Object.assign(new Attendee(), { status, checkedInAt, updatedAt: at(0) });
}

function at(seconds: number): Date {
  return new Date(Date.UTC(2027, 0, 1, 0, 0, seconds));
}

function seatsOf(status: AttendeeStatus): { sold: number; pending: number } {
  const seat = SEAT_OF_STATUS[status];
  return { sold: Number(seat === 'sold'), pending: Number(seat === 'pending') };
}

function refusalOf(act: () => unknown): InvalidTransition {
  try {
    act();
  } catch (error) {
    if (error instanceof InvalidTransition) return error;
    throw error;
  }
  throw new Error('Nothing was refused');
}
