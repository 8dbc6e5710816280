import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import { AppModule } from '../../app.module';
import { openConfiguredDatabase, STOP_SIGNALS } from '../../bootstrap';
import { type Environment, loadEnvironment } from '../../common/config/environment';
import { StopSignals } from '../stop-signals';

export async function inApp(work: (app: INestApplicationContext) => Promise<void>): Promise<void> {
  const open = (environment: Environment) =>
    NestFactory.createApplicationContext(AppModule.register(environment), {
      logger: false,
      abortOnError: false,
    });
  await runBesideDatabase(open, work);
}

/** Closes everything also when the work fails or the process is told to stop: else the embedded database would go on. */
export async function runBesideDatabase<App extends INestApplicationContext>(
  open: (environment: Environment) => Promise<App>,
  work: (app: App) => void | Promise<void>,
): Promise<void> {
  const configured = quiet(loadEnvironment());
  // A database elsewhere goes on anyway, and a long statement there is not waited for.
  const signals = new StopSignals(configured.databaseUrl ? [] : STOP_SIGNALS);
  try {
    const database = await openConfiguredDatabase(configured);
    try {
      const app = await open(database.environment);
      try {
        await Promise.race([work(app), signals.first]);
      } finally {
        await app.close();
      }
    } finally {
      await database.close();
    }
  } finally {
    signals.release();
  }
}

/** Commands print their result and nothing else, and leave queues to the processes that are there for them. */
function quiet(environment: Environment): Environment {
  return { ...environment, logLevel: 'silent', logFormat: 'json', redisUrl: undefined, worker: 'off' };
}
