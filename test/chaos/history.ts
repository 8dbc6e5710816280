/** What the workload asked and was told, and what was done to the servers meanwhile. The checker reads nothing else. */

export type Kind = 'create' | 'import' | 'approve' | 'reject' | 'check-in' | 'delete';

/** Something that a client wants done once, however often it has to ask. */
export interface Operation {
  id: number;
  kind: Kind;
  /** The e-mail addresses that get tickets: one for a create, one for each row of an import. Nobody else uses them. */
  emails: readonly string[];
  /** Tickets for each of them. */
  quantity: number;
  sendEmail: boolean;
  /** The ticket that is to be changed. */
  ticketId?: string;
}

/** One request. Times are milliseconds since the run began. */
export interface Attempt {
  operation: Operation;
  /** Which API process was asked. */
  process: number;
  sentAt: number;
  endedAt: number;
  /** Undefined when the connection broke or the client lost its patience. */
  answer?: { status: number; body: string };
}

/** A time in which something was broken on purpose. */
export interface FaultSpan {
  name: string;
  from: number;
  /** When everything worked again. */
  to: number;
  /** API processes that could not answer. */
  silent: readonly number[];
  /** How often it may have broken deliveries off between the mail server's acceptance and the record of it. */
  interruptions: number;
}

/** Seats held at one moment, as one query saw them. */
export interface SeatSample {
  at: number;
  /** By the id of the event or ticket class. */
  held: Readonly<Record<string, number>>;
}

/** How many seats an event or ticket class has. */
export type Limits = Readonly<Record<string, number>>;

export interface History {
  limits: Limits;
  attempts: Attempt[];
  faults: FaultSpan[];
  samples: SeatSample[];
}

/** Answers that settle an operation. Whatever else a client hears, it asks again. */
export function isFinal({ answer }: Attempt): boolean {
  if (!answer) return false;
  const { status, body } = answer;
  if (status === 409) return !body.includes('idempotent_request_in_progress');
  return status < 500 && status !== 429;
}

export function byOperation({ attempts }: History): Map<Operation, Attempt[]> {
  return groupBy(attempts, ({ operation }) => operation);
}

export function groupBy<Key, Item>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
