import { type Environment, EnvironmentInvalid, loadEnvironment } from './common/config/environment';
import { acquireEmbeddedPostgres } from './common/database/embedded-postgres';
import { inTime } from './common/time/in-time';

const SHUTDOWN_MS = 30_000;

/** For all parts of a process together. A little less, so that there is time for those that come last. */
const PARTS_MS = 25_000;

/** For a part whose turn comes when that is over. */
const LATE_PART_MS = 2_000;

/** Connections to the embedded database beside this process's pool: of a worker, and of the command line tool. */
const MORE_CONNECTIONS = 90;

const TOO_LONG = 'it took too long';

/** Ctrl-C, whoever manages processes, and a terminal that is closed. */
export const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A part of the process that has started and can be stopped. */
export interface Running {
  close(): Promise<void>;
}

export interface Database extends Running {
  /** The environment that was given, with the URL of the database in it. */
  environment: Environment;
}

/** Stops the parts one after another, each of them, even if one before it fails or hangs. */
export function inOrder(...parts: Running[]): Running {
  return {
    async close() {
      const deadline = performance.now() + PARTS_MS;
      const failures: unknown[] = [];
      for (const part of parts) {
        const left = Math.max(deadline - performance.now(), LATE_PART_MS);
        await inTime(part.close(), left, TOO_LONG).catch((error: unknown) => failures.push(error));
      }
      if (failures.length > 0) throw failures[0];
    },
  };
}

/**
 * Stops what runs already of a process that cannot start. What is just connecting breaks off, and nobody waits for it
 * any more: without the listener Node would end the process before it has said why it cannot start. That is
 * what is told, even if a part does not stop either.
 */
export async function giveUp(...parts: (Running | undefined)[]): Promise<void> {
  process.on('unhandledRejection', () => undefined);
  const running = parts.filter((part) => part !== undefined);
  await inOrder(...running)
    .close()
    .catch(() => undefined);
}

/** The configured database, or else the embedded one, which is started if it does not run already. */
export async function openConfiguredDatabase(environment: Environment): Promise<Database> {
  if (environment.databaseUrl) return { environment, close: () => Promise.resolve() };
  const { dataDir, databasePoolSize } = environment;
  const settings = { max_connections: String(databasePoolSize + MORE_CONNECTIONS) };
  const embedded = await acquireEmbeddedPostgres({ dataDir, settings });
  return { environment: { ...environment, databaseUrl: embedded.url }, close: () => embedded.release() };
}

/**
 * Runs a process until it is told to stop, and then stops it in order. When it cannot start it ends with a sentence
 * instead of a stack.
 */
export function runProcess(start: (environment: Environment) => Promise<Running>): void {
  const starting = (async () => start(loadEnvironment()))();
  starting.catch((error: Error) => {
    const preface = error instanceof EnvironmentInvalid ? '' : 'Usher cannot start: ';
    process.stderr.write(`${preface}${error.message}\n`);
    process.exit(1);
  });

  let stopping = false;
  const stop = (): void => {
    // A terminal and npm may both pass Ctrl-C on; the second one changes nothing.
    if (stopping) return;
    stopping = true;
    setTimeout(() => fail(new Error(TOO_LONG)), SHUTDOWN_MS).unref();
    starting.then((running) => running.close()).then(() => process.exit(0), fail);
  };
  for (const signal of STOP_SIGNALS) process.on(signal, stop);
}

function fail(error: Error): never {
  process.stderr.write(`Usher did not stop cleanly: ${error.message}\n`);
  process.exit(1);
}
