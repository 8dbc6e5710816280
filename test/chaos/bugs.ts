import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A mistake that somebody could make, put into a copy of the compiled program to see that the checker notices. */
export interface Bug {
  name: string;
  /** Exact texts and what takes their place. */
  changes: readonly { file: string; from: string; to: string }[];
  /** The promise that it breaks, as the checker words it. */
  breaks: string;
  /** Part of the names of the faults that bring it to light. */
  faults: string;
  /** Takes away what the database would refuse by itself. */
  sql?: string;
}

const BATCHES = 'src/attendees/issue-batch.service.js';
const INVENTORY = 'src/events/inventory.service.js';

const KEEP_TRANSACTIONS = {
  file: 'src/attendees/issue-tickets.service.js',
  from: 'this.batches = batches;',
  to: 'this.batches = batches; batches.transactions = transactions;',
};

/** Does a part of the transaction's work, a call named up to its second argument, a moment after it, in one of its own. */
const afterTheCommit = (call: string) => ({
  file: BATCHES,
  from: `${call}(manager, `,
  to: `((what) => require('../common/database/transactions').afterCommit(manager, () => setTimeout(() => this.transactions.run((manager) => ${call}(manager, what)).catch(() => {}), 100)))(`,
});

/** Shows whenever anything is mailed, so that one short run proves something. */
export const CERTAIN_BUG: Bug = {
  name: 'every mail is sent twice',
  breaks: 'a mail is sent again, under the same id, only when its delivery was broken off',
  // Does not break deliveries off.
  faults: 'Redis flushed',
  changes: [
    {
      file: 'src/notifications/mailer.js',
      from: 'await this.submit(options);',
      to: 'await this.submit(options), await this.submit(options);',
    },
  ],
};

export const BUGS: readonly Bug[] = [
  CERTAIN_BUG,
  {
    name: 'seats are not locked',
    breaks: 'no ticket class or event is above its limit at any time',
    // None is needed but two processes that sell the same seats; this one does not disturb them.
    faults: 'Redis flushed',
    changes: [
      { file: 'src/events/seat-locks.js', from: '.setLock(exports.SEAT_LOCK)', to: '' },
      // In the order of everybody else's locks: deadlocks would hide the bug.
      { file: INVENTORY, from: 'MOVE_CLASSES, classes', to: 'MOVE_ONE, ones' },
      { file: INVENTORY, from: 'MOVE_EVENTS, events', to: 'MOVE_CLASSES, classes' },
      { file: INVENTORY, from: 'MOVE_ONE, ones', to: 'MOVE_EVENTS, events' },
    ],
    sql: `ALTER TABLE ticket_classes DROP CONSTRAINT ticket_classes_never_oversold;
          DROP TRIGGER events_never_oversold ON events`,
  },
  {
    name: 'the idempotency record is written after the commit',
    breaks: 'each operation takes effect once, as answered, or not at all',
    faults: 'API process 1 killed',
    changes: [KEEP_TRANSACTIONS, afterTheCommit('this.idempotency.record')],
  },
  {
    name: 'the outbox row is written after the commit',
    breaks: 'every mail that was asked for was sent, and no other',
    faults: 'API process 1 killed',
    changes: [KEEP_TRANSACTIONS, afterTheCommit('this.outbox.add')],
  },
];

/** Copies the compiled program to `target`, with the bug in it. */
export async function plant({ name, changes }: Bug, built: string, target: string): Promise<void> {
  await cp(join(built, 'src'), join(target, 'src'), { recursive: true });
  for (const { file, from, to } of changes) {
    const code = await readFile(join(target, file), 'utf8');
    if (!code.includes(from)) throw new Error(`${file} has no "${from}" any more: mend the bug "${name}"`);
    await writeFile(join(target, file), code.replaceAll(from, to));
  }
}
