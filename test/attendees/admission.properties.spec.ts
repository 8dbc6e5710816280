import fc from 'fast-check';
import { decide, invitationKey } from '../../src/attendees/admission';
import { admissions, afterwards, facts, requests } from './admission.arbitraries';

describe('decide, whatever is asked', () => {
  it('never takes more seats than remain in any event or ticket class', () => {
    fc.assert(
      fc.property(facts, requests, (before, asked) => {
        const after = afterwards(before, asked, decide(before, asked));
        for (const { seatsRemaining } of [...after.events, ...after.ticketClasses]) {
          if (seatsRemaining !== null) expect(seatsRemaining).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  it('decides a sequence like its requests one by one, each on the facts that those before it left', () => {
    fc.assert(
      fc.property(facts, requests, (before, asked) => {
        let now = before;
        const oneByOne = asked.map((request) => {
          const decisions = decide(now, [request]);
          now = afterwards(now, [request], decisions);
          return decisions[0];
        });
        expect(decide(before, asked)).toEqual(oneByOne);
      }),
    );
  });

  it('answers every admitted request in full: upgraded and created are what was asked for', () => {
    fc.assert(
      fc.property(facts, requests, (before, asked) => {
        for (const [request, { upgraded, created, status }] of admissions(asked, decide(before, asked))) {
          expect(upgraded.length + created.length).toBe(request.quantity);
          for (const ticket of [...upgraded, ...created]) {
            expect(ticket).toMatchObject({
              status,
              ticketClassId: request.ticketClassId,
              paymentMethod: request.paymentMethod,
              paymentId: request.paymentId,
            });
          }
        }
      }),
    );
  });

  it('creates a ticket only when no invited one is left, and the oldest go first', () => {
    fc.assert(
      fc.property(facts, requests, (before, [first]) => {
        fc.pre(first !== undefined);
        for (const [request, { upgraded, created }] of admissions([first], decide(before, [first]))) {
          const invited = before.invited.get(invitationKey(request)) ?? [];
          expect(upgraded.map(({ id, barcode, createdAt }) => ({ id, barcode, createdAt }))).toEqual(
            invited
              .slice(0, request.quantity)
              .map(({ id, barcode, createdAt }) => ({ id, barcode, createdAt })),
          );
          if (created.length > 0) expect(upgraded).toHaveLength(invited.length);
        }
      }),
    );
  });

  it('hands out no id twice but for invited tickets, which go from hand to hand', () => {
    fc.assert(
      fc.property(facts, requests, (before, asked) => {
        const granted = admissions(asked, decide(before, asked));
        const created = granted.flatMap(([, admission]) => admission.created.map(({ id }) => id));
        expect(new Set(created).size).toBe(created.length);
        const settled = granted.flatMap(([, { upgraded, status }]) =>
          status === 'invited' ? [] : upgraded.map(({ id }) => id),
        );
        expect(new Set(settled).size).toBe(settled.length);
      }),
    );
  });

  it('admits to what belongs to the caller and is active, and says no for a true reason', () => {
    fc.assert(
      fc.property(facts, requests, (before, asked) => {
        decide(before, asked).forEach((decision, index) => {
          const request = asked[index]!;
          const found = before.events.find(({ id }) => id === request.eventId);
          const visible = found?.organizationId === request.organizationId;
          const wanted = before.ticketClasses.find(({ id }) => id === request.ticketClassId);
          const open = wanted?.eventId === request.eventId && wanted.status === 'active';
          const code = decision.admitted ? undefined : decision.error.code;
          if (!visible) expect(code).toBe('event_not_found');
          else if (!open) expect(code).toBe('ticket_class_not_found');
          else expect([undefined, 'capacity_exceeded']).toContain(code);
        });
      }),
    );
  });

  it('refuses for want of seats only when they are wanting, with true numbers', () => {
    fc.assert(
      fc.property(facts, requests, (before, asked) => {
        let now = before;
        for (const request of asked) {
          const [decision] = decide(now, [request]);
          if (!decision!.admitted && decision!.error.code === 'capacity_exceeded') {
            const { scope, requested, remaining } = decision!.error.details as {
              scope: string;
              requested: number;
              remaining: number;
            };
            const rows = scope === 'event' ? now.events : now.ticketClasses;
            const id = scope === 'event' ? request.eventId : request.ticketClassId;
            expect(remaining).toBe(rows.find((row) => row.id === id)!.seatsRemaining);
            expect(requested).toBe(request.quantity);
            expect(requested).toBeGreaterThan(remaining);
          }
          now = afterwards(now, [request], [decision!]);
        }
      }),
    );
  });

  it('is pure: the facts stay as they are', () => {
    fc.assert(
      fc.property(facts, requests, (before, asked) => {
        const copy = structuredClone(before);
        expect(decide(before, asked)).toEqual(decide(before, asked));
        expect(before).toEqual(copy);
      }),
    );
  });
});
