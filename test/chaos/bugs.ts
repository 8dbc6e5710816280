import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A mistake that somebody could make, put into a copy of the compiled program to see that the checker notices. */
export interface Bug {
  name: string;
  file: string;
  /** Exact texts and what takes their place. */
  changes: readonly (readonly [from: string, to: string])[];
  /** Part of the names of the faults that bring it to light. */
  faults: string;
  /** Takes away what the database would refuse by itself. */
  sql?: string;
}

const SERVICE = 'src/attendees/issue-tickets.service.js';
const KEEP_TRANSACTIONS = [
  'this.outbox = outbox;',
  'this.outbox = outbox; this.transactions = transactions;',
] as const;

const later = (work: string) =>
  `require('../common/database/transactions').afterCommit(manager, () => setTimeout(() => this.transactions.run((manager) => ${work}).catch(() => {}), 100))`;

const RECORD = 'this.idempotency.record(manager, recordable(answers))';
const ADD = 'this.outbox.add(manager, issued.flatMap(confirmation))';

export const BUGS: readonly Bug[] = [
  {
    name: 'seats are not locked',
    file: 'src/events/seat-locks.js',
    // None is needed but two processes that sell the same seats; this one does not disturb them.
    faults: 'Redis flushed',
    changes: [['.setLock(exports.SEAT_LOCK)', '']],
    sql: `ALTER TABLE ticket_classes DROP CONSTRAINT ticket_classes_never_oversold;
          DROP TRIGGER events_never_oversold ON events`,
  },
  {
    name: 'the idempotency record is written after the commit',
    file: SERVICE,
    faults: 'API process 1 killed',
    changes: [KEEP_TRANSACTIONS, [RECORD, later(RECORD)]],
  },
  {
    name: 'the outbox row is written after the commit',
    file: SERVICE,
    faults: 'API process 1 killed',
    changes: [KEEP_TRANSACTIONS, [ADD, later(ADD)]],
  },
];

/** Copies the compiled program to `target`, with the bug in it. */
export async function plant(bug: Bug, built: string, target: string): Promise<void> {
  await cp(join(built, 'src'), join(target, 'src'), { recursive: true });
  const file = join(target, bug.file);
  let code = await readFile(file, 'utf8');
  for (const [from, to] of bug.changes) {
    if (!code.includes(from))
      throw new Error(`${bug.file} has no "${from}" any more: mend the bug "${bug.name}"`);
    code = code.replaceAll(from, to);
  }
  await writeFile(file, code);
}
