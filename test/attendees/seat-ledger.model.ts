import { isDeepStrictEqual } from 'node:util';
import type { AttendeeStatus } from '../../src/attendees/attendee.entity';

/** What a client asks for. Contacts and ticket classes go by their number, tickets by their id. */
export type Command =
  | { kind: 'issue'; ticketClass: number; contact: number; quantity: number; status: AttendeeStatus }
  | { kind: 'change'; ticket: string; to: AttendeeStatus }
  | { kind: 'delete'; ticket: string }
  | { kind: 'erase'; contact: number; id: string };

/** What it was told, as far as the model knows better. */
export type Outcome =
  | { issued: { ids: string[]; upgraded: number; contactId: string } }
  | { became: AttendeeStatus }
  | { refused: string; details?: unknown }
  | { erased: true };

/** Everything that decides an answer: the contract in a few lines, and nothing of the product's code. */
export interface Ledger {
  /** Seats of the event and of each ticket class; 0 is unlimited. */
  limits: { event: number; classes: number[] };
  tickets: ReadonlyMap<string, { ticketClass: number; contactId: string; status: AttendeeStatus }>;
  /** The id of each contact that exists. */
  contacts: ReadonlyMap<number, string>;
}

const ALLOWED: Record<AttendeeStatus, AttendeeStatus[]> = {
  invited: ['valid', 'pending_approval', 'rejected'],
  pending_approval: ['valid', 'rejected'],
  valid: ['checked_in', 'pending_approval'],
  checked_in: ['valid'],
  rejected: ['pending_approval', 'valid'],
  deleted: [],
};

const holdsSeat = (status: AttendeeStatus): boolean =>
  ['valid', 'checked_in', 'pending_approval'].includes(status);

export function seatsHeld({ tickets }: Ledger, ticketClass?: number): number {
  return [...tickets.values()].filter(
    (ticket) => holdsSeat(ticket.status) && (ticketClass === undefined || ticket.ticketClass === ticketClass),
  ).length;
}

/** The ledger after a command that was answered like this; undefined when that cannot have been the answer. */
function after(ledger: Ledger, command: Command, outcome: Outcome): Ledger | undefined {
  if (command.kind === 'issue') return afterIssue(ledger, command, outcome);
  if (command.kind === 'erase') return afterErase(ledger, command, outcome);
  return afterChange(ledger, command.ticket, command.kind === 'delete' ? 'deleted' : command.to, outcome);
}

function afterIssue(
  ledger: Ledger,
  { ticketClass, contact, quantity, status }: Command & { kind: 'issue' },
  outcome: Outcome,
): Ledger | undefined {
  const refusal = holdsSeat(status) ? shortage(ledger, ticketClass, quantity) : undefined;
  if (refusal || !('issued' in outcome)) return isSame(refusal, outcome) ? ledger : undefined;
  const { ids, upgraded, contactId } = outcome.issued;
  const known = ledger.contacts.get(contact);
  const invited = [...ledger.tickets].filter(
    ([, one]) => one.status === 'invited' && one.contactId === known,
  );
  const isRight =
    (known === undefined || known === contactId) &&
    ids.length === quantity &&
    upgraded === Math.min(quantity, invited.length) &&
    ids.slice(0, upgraded).every((id) => invited.some(([one]) => one === id)) &&
    ids.slice(upgraded).every((id) => !ledger.tickets.has(id));
  if (!isRight) return undefined;
  const tickets = new Map(ledger.tickets);
  for (const id of ids) tickets.set(id, { ticketClass, contactId, status });
  return { ...ledger, tickets, contacts: new Map(ledger.contacts).set(contact, contactId) };
}

function afterChange(ledger: Ledger, id: string, to: AttendeeStatus, outcome: Outcome): Ledger | undefined {
  const ticket = ledger.tickets.get(id);
  const refusal = ticket ? refusalOfChange(ledger, ticket, to) : undefined;
  if (!ticket || refusal) return isSame(refusal, outcome) ? ledger : undefined;
  if (!('became' in outcome) || outcome.became !== to) return undefined;
  return { ...ledger, tickets: new Map(ledger.tickets).set(id, { ...ticket, status: to }) };
}

function refusalOfChange(
  ledger: Ledger,
  { status, ticketClass }: { status: AttendeeStatus; ticketClass: number },
  to: AttendeeStatus,
): Outcome | undefined {
  if (status === 'deleted') return { refused: 'attendee_not_found' };
  if (to === status || to === 'deleted') return undefined;
  if (!ALLOWED[status].includes(to)) return { refused: 'invalid_transition' };
  return holdsSeat(to) && !holdsSeat(status) ? shortage(ledger, ticketClass, 1) : undefined;
}

function afterErase(
  ledger: Ledger,
  { contact, id }: Command & { kind: 'erase' },
  outcome: Outcome,
): Ledger | undefined {
  if (ledger.contacts.get(contact) !== id) {
    return isSame({ refused: 'contact_not_found' }, outcome) ? ledger : undefined;
  }
  if (!('erased' in outcome)) return undefined;
  const contacts = new Map(ledger.contacts);
  contacts.delete(contact);
  return { ...ledger, contacts };
}

/** The class is asked before the event. */
function shortage(ledger: Ledger, ticketClass: number, requested: number): Outcome | undefined {
  for (const [scope, limit, held] of [
    ['ticket_class', ledger.limits.classes[ticketClass]!, seatsHeld(ledger, ticketClass)],
    ['event', ledger.limits.event, seatsHeld(ledger)],
  ] as const) {
    const remaining = limit - held;
    if (limit > 0 && requested > remaining) {
      return { refused: 'capacity_exceeded', details: { scope, requested, remaining } };
    }
  }
  return undefined;
}

function isSame(expected: Outcome | undefined, outcome: Outcome): boolean {
  return isDeepStrictEqual(expected, outcome);
}

/**
 * The ledger after commands that were under way together: there must be an order in which each of them, had it come
 * alone, would have been answered as it was, and that ends with what `observed` accepts. Undefined when there is none.
 */
export function afterTogether(
  ledger: Ledger,
  answered: [Command, Outcome][],
  observed: (ledger: Ledger) => boolean,
): Ledger | undefined {
  if (answered.length === 0) return observed(ledger) ? ledger : undefined;
  for (const [index, [command, outcome]] of answered.entries()) {
    const next = after(ledger, command, outcome);
    const end = next && afterTogether(next, answered.toSpliced(index, 1), observed);
    if (end) return end;
  }
  return undefined;
}
