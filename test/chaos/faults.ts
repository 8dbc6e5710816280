import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { FaultSpan, History } from './history';
import type { Random } from '../support/random';
import type { Stage } from './stage';

export interface Fault {
  name: string;
  /** API processes that cannot answer meanwhile. */
  silent?: readonly number[];
  /** How often it breaks off the deliveries of the moment; Infinity: any that begins meanwhile, too. None by default. */
  interruptions?: number;
  /** Only where PostgreSQL has a file system of its own. */
  needsOwnDisk?: true;
  /** Breaks something, waits, and resolves when it is whole again. */
  strike(stage: Stage): Promise<void>;
}

/** Longer than every timeout of a transaction (10 s) and than a client's patience. */
const LONG_MS = 17_000;

const CUTS = 5;

export const FAULTS: readonly Fault[] = [
  ...[0, 1].flatMap((index): Fault[] => [
    {
      name: `API process ${index} killed`,
      silent: [index],
      async strike({ apis }) {
        await apis[index]!.program.kill();
        await sleep(1_000);
        await apis[index]!.program.start();
      },
    },
  ]),
  {
    name: 'API process 0 stopped and continued',
    silent: [0],
    strike: ({ apis: [{ program }] }) => pause(program),
  },
  {
    name: 'clock of API process 1 jumps',
    async strike({ apis: [, { program }] }) {
      // A day ahead, a day behind, and back: see clock.ts.
      for (let jumps = 0; jumps < 3; jumps++) {
        program.signal('SIGUSR2');
        await sleep(1_500);
      }
    },
  },
  {
    name: 'worker killed',
    interruptions: 1,
    async strike({ worker }) {
      await worker.kill();
      await sleep(1_000);
      await worker.start();
    },
  },
  { name: 'worker stopped and continued', interruptions: 1, strike: ({ worker }) => pause(worker) },
  { name: 'PostgreSQL crashes', interruptions: 1, strike: ({ postgres }) => postgres.crash() },
  {
    name: 'connections to PostgreSQL cut',
    interruptions: CUTS,
    async strike({ postgres }) {
      for (let cuts = 0; cuts < CUTS; cuts++) {
        await postgres.cutConnections();
        await sleep(300);
      }
    },
  },
  {
    name: 'disk of PostgreSQL full',
    needsOwnDisk: true,
    interruptions: Infinity,
    async strike({ postgres }) {
      await postgres.fillDisk();
      await sleep(4_000);
      await postgres.freeDisk();
    },
  },
  {
    name: 'Redis flushed',
    async strike({ redis }) {
      const client = new Redis(redis.url);
      await client.flushdb();
      await client.quit();
    },
  },
  {
    name: 'Redis restarted',
    async strike({ redis }) {
      await redis.stop();
      await sleep(2_000);
      await redis.start();
    },
  },
  {
    name: 'Redis silent',
    async strike({ redis }) {
      redis.freeze();
      await sleep(5_000);
      redis.thaw();
    },
  },
  {
    name: 'mail server refuses',
    async strike({ mail }) {
      mail.refuseWith(451);
      await sleep(4_000);
      mail.refuseWith(undefined);
    },
  },
];

/** Strikes with one fault and notes when. */
export async function strike(fault: Fault, stage: Stage, history: History, now: () => number): Promise<void> {
  // Open until it ends, so that what happens meanwhile is not judged too early.
  const { name, silent = [], interruptions = 0 } = fault;
  const span: FaultSpan = { name, from: now(), to: Infinity, silent, interruptions };
  history.faults.push(span);
  await fault.strike(stage);
  span.to = now();
}

/** Faults in random order, each once in a round; from the second round on two at the same time. */
export function* schedule(faults: readonly Fault[], random: Random): Generator<Fault[]> {
  for (let round = 0; ; round++) {
    const order = random.shuffle(faults);
    const atOnce = round === 0 ? 1 : 2;
    while (order.length > 0) yield order.splice(0, atOnce);
  }
}

async function pause(program: { signal(name: 'SIGSTOP' | 'SIGCONT'): void }): Promise<void> {
  program.signal('SIGSTOP');
  await sleep(LONG_MS);
  program.signal('SIGCONT');
}
