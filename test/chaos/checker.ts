import { type Attempt, byOperation, groupBy, type History, isFinal, type Operation } from './history';
import { doublingErrors, mailErrors, type TakenMail } from './mail-rules';
import type { Snapshot, StoredTicket } from './snapshot';

/** Longest that a client of a process that works may wait for an answer. */
export const PATIENCE_MS = 15_000;

const STATUSES: Readonly<Record<Operation['kind'], readonly number[]>> = {
  create: [201],
  import: [200, 422],
  approve: [200],
  reject: [200],
  'check-in': [200, 422],
  delete: [200, 404],
};

/** Statuses of any operation that say: not now, ask again. */
const NOT_NOW = [409, 503];

export interface Evidence {
  history: History;
  snapshot: Snapshot;
  mails: readonly TakenMail[];
  /** Processes that ended without being killed. */
  deaths: number;
}

/** Each rule by its name, with what breaks it. Knows HTTP answers, rows and mails, and no code of Usher. */
export function findViolations(evidence: Evidence): Record<string, string[]> {
  const { deaths } = evidence;
  return {
    'no ticket class or event is above its limit at any time': overLimit(evidence),
    'each operation has one final answer': contradictions(evidence),
    'each operation takes effect once, as answered, or not at all': effects(evidence),
    'counters equal tickets': drift(evidence),
    'a ticket is checked in once': doubleCheckIns(evidence),
    'changes that were confirmed are there': lostChanges(evidence),
    'every mail that was asked for was sent, and no other': mailErrors(evidence),
    'a mail is sent again, under the same id, only when its delivery was broken off':
      doublingErrors(evidence),
    'only documented answers': strangeAnswers(evidence),
    'no process ends by itself': deaths === 0 ? [] : [`${deaths} did`],
    'no process that works leaves a request without an answer': silences(evidence),
  };
}

/** What nobody succeeded with. A run in which nothing happens breaks no promise, and proves nothing. */
export function neverDone({ attempts }: Pick<History, 'attempts'>): string[] {
  const done = new Set(
    attempts.filter(({ answer }) => answer && answer.status < 300).map(({ operation }) => operation.kind),
  );
  return Object.keys(STATUSES).filter((kind) => !done.has(kind as Operation['kind']));
}

function overLimit({ history: { limits, samples }, snapshot }: Evidence): string[] {
  if (samples.length === 0) return ['nobody looked'];
  const atEnd: Record<string, number> = {};
  for (const { id, held } of recount(snapshot)) atEnd[id] = held;
  return [...samples, { at: Infinity, held: atEnd }].flatMap(({ at, held }) =>
    Object.entries(held)
      .filter(([id, seats]) => seats > (limits[id] ?? Infinity))
      .map(([id, seats]) => `${id} held ${seats} of ${limits[id]} seats at ${at} ms`),
  );
}

function contradictions({ history }: Evidence): string[] {
  return [...byOperation(history)].flatMap(([operation, attempts]) => {
    // Only a POST promises the same bytes again; a repeated PATCH or DELETE is answered by what it finds.
    if (!['create', 'import', 'check-in'].includes(operation.kind)) return [];
    const answers = new Set(
      attempts.filter(isFinal).map(({ answer }) => `${answer!.status} ${answer!.body}`),
    );
    return answers.size > 1 ? [`${name(operation)} was answered ${[...answers].join(' and ')}`] : [];
  });
}

function effects({ history, snapshot }: Evidence): string[] {
  const tickets = groupBy(snapshot.tickets, ({ email }) => email);
  return [...byOperation(history)].flatMap(([operation, attempts]) => {
    const promised = promisedTickets(operation, attempts.find(isFinal)?.answer);
    return operation.emails.flatMap((email, index) => {
      const ids = (tickets.get(email) ?? []).map(({ id }) => id).sort();
      if (promised[index]!.some((answer) => matches(ids, answer))) return [];
      return [`${name(operation)}: ${email} has ${ids.length} tickets, not ${promised[index]!.join(' or ')}`];
    });
  });
}

/** Ids of tickets, or how many of them there are. */
type Promised = readonly string[] | number;

/** For each address what it may have after this answer; without one everything or nothing. */
function promisedTickets({ kind, emails, quantity }: Operation, answer: Attempt['answer']): Promised[][] {
  if (!answer || (kind === 'import' && answer.status !== 200)) return emails.map(() => [0, quantity]);
  if (kind === 'create') return [[answer.status === 201 ? idsOf(answer.body) : 0]];
  if (kind !== 'import') return [];
  const { report } = JSON.parse(answer.body) as { report: { status: string }[] };
  return report.map(({ status }) => [status === 'issued' ? quantity : 0]);
}

function matches(ids: readonly string[], promised: Promised): boolean {
  return typeof promised === 'number' ? ids.length === promised : ids.join() === promised.join();
}

function drift({ snapshot }: Evidence): string[] {
  const counted = new Map(recount(snapshot).map((one) => [one.id, one]));
  return snapshot.counters.flatMap(({ id, sold, pending }) => {
    const tickets = counted.get(id) ?? { sold: 0, pending: 0 };
    if (sold === tickets.sold && pending === tickets.pending) return [];
    return [`${id} counts ${sold} + ${pending} and has ${tickets.sold} + ${tickets.pending} tickets`];
  });
}

function doubleCheckIns({ history }: Evidence): string[] {
  const winners = groupBy(
    [...byOperation(history)]
      .filter(
        ([{ kind }, attempts]) => kind === 'check-in' && attempts.some((one) => one.answer?.status === 200),
      )
      .map(([operation]) => operation),
    ({ ticketId }) => ticketId!,
  );
  const undone = possiblyUndone(history);
  return [...winners]
    .filter(([id, list]) => list.length > 1 + (undone.get(id)?.length ?? 0))
    .map(([id, list]) => `${id} was let in ${list.length} times`);
}

/**
 * Approvals that a client gave up waiting for, by ticket. A process that was stopped reads them when it goes on, and
 * `status: valid` takes back a check-in that has happened meanwhile: PATCH says what shall be, not what was.
 */
function possiblyUndone({ attempts }: History): Map<string, Attempt[]> {
  const abandoned = attempts.filter(({ operation, answer }) => operation.kind === 'approve' && !answer);
  return groupBy(abandoned, ({ operation }) => operation.ticketId!);
}

const RESULT: Partial<Record<Operation['kind'], readonly string[]>> = {
  approve: ['valid', 'checked_in', 'deleted'],
  reject: ['rejected', 'deleted'],
  'check-in': ['checked_in', 'deleted'],
  delete: ['deleted'],
};

function lostChanges({ history, snapshot }: Evidence): string[] {
  const tickets = new Map(snapshot.tickets.map((ticket) => [ticket.id, ticket]));
  const undone = possiblyUndone(history);
  return [...byOperation(history)].flatMap(([operation, attempts]) => {
    const expected = RESULT[operation.kind];
    // Who deletes and then hears that there is nothing has deleted: nobody else does.
    const confirming = operation.kind === 'delete' ? [200, 404] : [200];
    if (!expected || !attempts.some(({ answer }) => answer && confirming.includes(answer.status))) return [];
    const { status } = tickets.get(operation.ticketId!) ?? { status: 'gone' };
    if (expected.includes(status)) return [];
    if (operation.kind === 'check-in' && status === 'valid' && undone.has(operation.ticketId!)) return [];
    return [`${name(operation)} was confirmed, and ${operation.ticketId} is ${status}`];
  });
}

function strangeAnswers({ history }: Evidence): string[] {
  return history.attempts.flatMap(({ operation, answer }) => {
    if (!answer || [...STATUSES[operation.kind], ...NOT_NOW].includes(answer.status)) return [];
    return [`${name(operation)} was answered ${answer.status} ${answer.body.slice(0, 300)}`];
  });
}

function silences({ history: { attempts, faults } }: Evidence): string[] {
  return attempts.flatMap(({ operation, process, sentAt, endedAt, answer }) => {
    const excused = faults.some(
      ({ silent, from, to }) => silent.includes(process) && sentAt <= to && endedAt >= from,
    );
    if (excused || (answer && endedAt - sentAt <= PATIENCE_MS)) return [];
    const outcome = answer ? `was answered ${answer.status}` : 'had no answer';
    return [
      `${name(operation)}, sent to process ${process} at ${sentAt} ms, ${outcome} after ${endedAt - sentAt} ms`,
    ];
  });
}

function recount({ tickets }: Snapshot): { id: string; sold: number; pending: number; held: number }[] {
  const counts = new Map<string, { id: string; sold: number; pending: number; held: number }>();
  for (const ticket of tickets) {
    for (const id of [ticket.event_id, ticket.ticket_class_id]) {
      const count = counts.get(id) ?? { id, sold: 0, pending: 0, held: 0 };
      counts.set(id, count);
      if (isSold(ticket)) count.sold++;
      if (ticket.status === 'pending_approval') count.pending++;
      count.held = count.sold + count.pending;
    }
  }
  return [...counts.values()];
}

function isSold({ status }: StoredTicket): boolean {
  return status === 'valid' || status === 'checked_in';
}

function idsOf(body: string): string[] {
  return (JSON.parse(body) as { data: { id: string }[] }).data.map(({ id }) => id).sort();
}

function name({ id, kind }: Operation): string {
  return `${kind} #${id}`;
}
