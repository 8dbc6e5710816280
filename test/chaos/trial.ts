import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Bull from 'bull';
import { type Bug, plant } from './bugs';
import { type Evidence, findViolations } from './checker';
import { type Fault, schedule, strike } from './faults';
import type { History } from './history';
import { Random } from '../support/random';
import { HELD_SEATS, readSnapshot } from './snapshot';
import { openStage, type Stage } from './stage';
import { Workload } from './workload';

const BUILT = join(__dirname, '..', '..');
const SAMPLE_MS = 150;
/** Between two faults, and after the last. */
const CALM_MS = 2_000;
const SETTLE_MS = 120_000;
/** What all else may take together, so that every run ends. */
const REST_MS = 600_000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface TrialOptions {
  directory: string;
  /** How long faults are injected at least; each of them strikes once, however long that takes. */
  seconds: number;
  seed: number;
  faults: readonly Fault[];
  bug?: Bug;
  /** Tells what goes on. */
  say(line: string): void;
}

export interface Verdict extends Evidence {
  violations: Record<string, string[]>;
}

/** Runs workload and faults side by side, lets everything come to rest, and judges what was seen. */
export async function runTrial(options: TrialOptions): Promise<Verdict> {
  const { directory, bug } = options;
  const built = bug ? join(directory, 'built') : BUILT;
  if (bug) await plant(bug, BUILT, built);
  const stage = await openStage(directory, built);
  const interrupted = () => void stage.close().finally(() => process.exit(130));
  for (const signal of SIGNALS) process.once(signal, interrupted);
  try {
    if (bug?.sql) await stage.postgres.query(bug.sql);
    return await within(options.seconds * 1_000 + REST_MS, observe(stage, options), () => 'It did not end');
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupted);
    await stage.close();
  }
}

async function observe(stage: Stage, options: TrialOptions): Promise<Verdict> {
  const { seconds, seed, say } = options;
  const began = Date.now();
  const now = () => Date.now() - began;
  const history: History = { limits: {}, attempts: [], faults: [], samples: [] };
  const random = new Random(seed);
  const workload = new Workload(stage, history, random, now);
  await workload.prepare();

  const ended = new AbortController();
  const sampling = sample(stage, history, now, ended.signal);
  workload.start();
  const deadline = now() + seconds * 1_000;
  await sleep(CALM_MS);
  const faults = feasible(options.faults, stage, say);
  for (const together of schedule(faults, random)) {
    say(
      `${String(Math.round(now() / 1_000)).padStart(4)} s  ${together.map(({ name }) => name).join(' + ')}`,
    );
    await Promise.all(together.map((fault) => strike(fault, stage, history, now)));
    await sleep(CALM_MS);
    if (now() > deadline && history.faults.length >= faults.length) break;
  }
  await within(SETTLE_MS, workload.finish(), () => stuck(history));
  await within(SETTLE_MS, untilAllSent(stage), () => stuckMails(stage));
  ended.abort();
  await sampling;

  const snapshot = await readSnapshot(stage.postgres.url);
  const mails = stage.mail.mails.map(({ to, messageId, takenAt }) => {
    return { address: to![0]!.address!, messageId: messageId!, at: takenAt - began };
  });
  const evidence = { history, snapshot, mails, deaths: deathsOf(stage) };
  return { ...evidence, violations: findViolations(evidence) };
}

function feasible(faults: readonly Fault[], { postgres }: Stage, say: TrialOptions['say']): readonly Fault[] {
  if (postgres.hasOwnDisk) return faults;
  const leftOut = faults.filter(({ needsOwnDisk }) => needsOwnDisk).map(({ name }) => name);
  if (leftOut.length > 0) say(`Left out, because only root may mount a small disk: ${leftOut.join(', ')}`);
  return faults.filter(({ needsOwnDisk }) => !needsOwnDisk);
}

/** Looks at the seats again and again, as far as the database lets. */
async function sample(stage: Stage, history: History, now: () => number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const rows = await stage.postgres.query<{ id: string; held: number }>(HELD_SEATS).catch(() => undefined);
    if (rows)
      history.samples.push({ at: now(), held: Object.fromEntries(rows.map(({ id, held }) => [id, held])) });
    await sleep(SAMPLE_MS);
  }
}

const OPEN = 'FROM outbox_messages WHERE delivered_at IS NULL AND failed_at IS NULL LIMIT 5';

async function untilAllSent({ postgres }: Stage): Promise<void> {
  while ((await postgres.query(`SELECT ${OPEN}`)).length > 0) await sleep(200);
}

async function within<Result>(
  milliseconds: number,
  work: Promise<Result>,
  complaint: () => string | Promise<string>,
): Promise<Result> {
  const ended = new AbortController();
  const late = sleep(milliseconds, undefined, { signal: ended.signal }).then(async () => {
    throw new Error(await complaint());
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    ended.abort();
    late.catch(() => undefined);
  }
}

function stuck({ attempts }: History): string {
  const last = attempts.slice(-20).map(({ operation, answer }) => {
    return `${operation.kind} #${operation.id}: ${answer?.status} ${answer?.body.slice(0, 200)}`;
  });
  return `Operations are stuck. The last answers:\n${last.join('\n')}`;
}

/** What Usher and Bull know of the mails that do not go out, and whether there is anybody to send them. */
async function stuckMails(stage: Stage): Promise<string> {
  const rows = await stage.postgres.query<{ id: string; queue: string }>(`SELECT *, now() ${OPEN}`);
  const lines = rows.map(async (row) => {
    const queue = new Bull(row.queue, stage.redis.url);
    const job = await queue.getJob(row.id);
    const state = job ? `${await job.getState()} ${JSON.stringify(job)}` : 'in no queue';
    await queue.close();
    return `${JSON.stringify(row)} ${state}`;
  });
  const deaths = `${deathsOf(stage)} processes have ended by themselves.`;
  return [`Mails are stuck in the outbox. ${deaths}`, ...(await Promise.all(lines))].join('\n');
}

function deathsOf({ apis, worker }: Stage): number {
  const programs = [...apis.map(({ program }) => program), worker];
  return programs.reduce((sum, program) => sum + program.deaths, 0);
}
