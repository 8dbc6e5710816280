import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import type { Response } from 'supertest';
import { ATTENDEE_STATUSES, type AttendeeStatus } from '../../src/attendees/attendee.entity';
import { ISSUABLE_STATUSES } from '../../src/attendees/admission';
import type { IssuedTicketsDto } from '../../src/attendees/dto/attendee.dto';
import { startApp, type TestApp } from '../support/app';
import type { TestEvent, TestOrganization } from '../support/organization';
import { afterTogether, type Command, type Ledger, type Outcome, seatsHeld } from './seat-ledger.model';

jest.setTimeout(120_000);

const CONTACTS = [0, 1, 2];

/** What a client wants, before it is known which tickets and contacts there will be. */
const intent = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('issue' as const),
      ticketClass: fc.nat(1),
      contact: fc.constantFrom(...CONTACTS),
      quantity: fc.integer({ min: 1, max: 3 }),
      status: fc.constantFrom(...ISSUABLE_STATUSES),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('change' as const),
      ticket: fc.nat(99),
      to: fc.constantFrom(...ATTENDEE_STATUSES),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), ticket: fc.nat(99) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('erase' as const), contact: fc.constantFrom(...CONTACTS) }),
  },
);

/** Few seats, so that they are often wanting; bursts of requests that are under way together. */
const histories = fc.record({
  limits: fc.record({ event: fc.nat(8), classes: fc.tuple(fc.nat(5), fc.nat(5)) }),
  bursts: fc.array(fc.array(intent, { minLength: 1, maxLength: 4 }), { minLength: 6, maxLength: 10 }),
});

type Intent = typeof intent extends fc.Arbitrary<infer T> ? T : never;

describe('The ledger of seats', () => {
  let app: TestApp;
  let organization: TestOrganization;

  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());

  it('stands as if requests that came together had come one by one, in some order', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async ({ limits, bursts }) => {
        organization = await app.organization();
        const event = await organization.event({ capacity: limits.event });
        const path = `/events/${event.id}/ticket-classes`;
        await organization.client
          .patch(`${path}/${event.ticketClass.id}`, { quantity_total: limits.classes[0] })
          .expect(200);
        const balcony = await organization.ticketClass(event, { quantity_total: limits.classes[1] });
        const send = sender(organization, event, [event.ticketClass.id, balcony.id]);

        let ledger: Ledger = { limits, tickets: new Map(), contacts: new Map() };
        for (const burst of bursts) {
          const commands = burst.flatMap((one) => commandOf(one, ledger));
          const answered = await Promise.all(
            commands.map(async (command): Promise<[Command, Outcome]> => [command, await send(command)]),
          );
          const observed = await ticketsOf(event);
          const next = afterTogether(ledger, answered, (end) => isDeepStrictEqual(shown(end), observed));
          if (!next) {
            const before = [...ledger.tickets];
            throw new Error(
              `In no order could that be: ${JSON.stringify({ limits, before, answered, observed })}`,
            );
          }
          ledger = next;
          await expectCounters(event, ledger);
        }
        await app.expectNoDrift();
      }),
      { numRuns: 8, endOnFailure: true },
    );
  });

  /** Status and ticket class of every ticket that is not deleted. */
  async function ticketsOf(event: TestEvent): Promise<Record<string, string>> {
    const attendees = await organization.attendees(event);
    return Object.fromEntries(
      attendees.map(({ id, status, ticket_class_id }) => [
        id,
        `${status} ${ticket_class_id === event.ticketClass.id ? 0 : 1}`,
      ]),
    );
  }

  async function expectCounters(event: TestEvent, ledger: Ledger): Promise<void> {
    const { body } = await organization.client.get(`/events/${event.id}`).expect(200);
    const sold = [...ledger.tickets.values()].filter(({ status }) =>
      ['valid', 'checked_in'].includes(status),
    );
    const { event: limit } = ledger.limits;
    expect(body.tickets_sold).toBe(sold.length);
    expect(body.seats_remaining).toBe(limit === 0 ? null : limit - seatsHeld(ledger));
  }
});

/** The same of the model. */
function shown({ tickets }: Ledger): Record<string, string> {
  const present = [...tickets].filter(([, { status }]) => status !== 'deleted');
  return Object.fromEntries(present.map(([id, { status, ticketClass }]) => [id, `${status} ${ticketClass}`]));
}

/** The intent with ids in it; nothing when there is no ticket or contact yet that it could be about. */
function commandOf(wanted: Intent, { tickets, contacts }: Ledger): Command[] {
  if (wanted.kind === 'issue') return [wanted];
  if (wanted.kind === 'erase') {
    const id = contacts.get(wanted.contact);
    return id ? [{ ...wanted, id }] : [];
  }
  if (tickets.size === 0) return [];
  return [{ ...wanted, ticket: [...tickets.keys()][wanted.ticket % tickets.size]! }];
}

function sender({ client }: TestOrganization, event: TestEvent, classes: string[]) {
  const attendees = `/events/${event.id}/attendees`;
  return async (command: Command): Promise<Outcome> => {
    switch (command.kind) {
      case 'issue': {
        const { quantity, status, ticketClass } = command;
        const contact = { email: `contact${command.contact}@example.org` };
        const body = { ticket_class_id: classes[ticketClass], contact, quantity, status };
        return outcomeOf(await client.post(attendees, body), issued);
      }
      case 'change':
        return outcomeOf(
          await client.patch(`${attendees}/${command.ticket}`, { status: command.to }),
          ({ body }) => ({ became: body.status as AttendeeStatus }),
        );
      case 'delete':
        return outcomeOf(await client.delete(`${attendees}/${command.ticket}`), () => ({
          became: 'deleted',
        }));
      case 'erase':
        return outcomeOf(await client.delete(`/contacts/${command.id}`), () => ({ erased: true }));
    }
  };
}

function outcomeOf(answer: Response, success: (answer: Response) => Outcome): Outcome {
  if (answer.status < 300) return success(answer);
  const { code, details } = answer.body as { code: string; details?: object };
  return code === 'capacity_exceeded' ? { refused: code, details: { ...details } } : { refused: code };
}

function issued({ body }: Response): Outcome {
  const { data, upgraded_quantity: upgraded } = body as IssuedTicketsDto;
  return { issued: { ids: data.map(({ id }) => id), upgraded, contactId: data[0]!.contact_id } };
}
