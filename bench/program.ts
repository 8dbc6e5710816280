import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

const endings: (() => Promise<unknown>)[] = [];
let ended = false;

/** For what a program of the bench starts: called when it ends, last come first, however that comes about. */
export function whenDone(ending: () => Promise<unknown>): void {
  endings.push(ending);
  // It was being started when the program was interrupted.
  if (ended) void putAway();
}

/**
 * Waits for what is being started, and ends it when the program is done. Never resolves once the program has been
 * interrupted: what would have followed is not begun.
 */
export async function started<T>(starting: Promise<T>, end: (it: T) => Promise<unknown>): Promise<T> {
  whenDone(() => starting.then(end, () => undefined));
  const it = await starting;
  return ended ? new Promise<never>(() => undefined) : it;
}

/** Runs a program of the bench and ends the process. Interrupted, too, it puts away what it has started. */
export async function runProgram(main: () => Promise<void>): Promise<void> {
  const told = firstSignal();
  let failure: unknown;
  await Promise.race([main(), told]).catch((error: unknown) => (failure = error));
  // Ctrl-C reaches what was started, too, and that may be noticed first.
  const signal = await Promise.race([told, sleep(100)]);
  if (signal) {
    process.exitCode = 128 + constants.signals[signal];
    process.stderr.write('Interrupted; ending what was started\n');
  } else if (failure) {
    process.exitCode = 1;
    process.stderr.write(`${inspect(failure)}\n`);
  }
  await putAway();
  process.exit();
}

/** A second signal ends the process as if nobody had listened. */
function firstSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of SIGNALS) process.once(signal, resolve);
  });
}

async function putAway(): Promise<void> {
  ended = true;
  for (let ending = endings.pop(); ending; ending = endings.pop()) {
    await ending().catch((error: unknown) => process.stderr.write(`${inspect(error)}\n`));
  }
}
