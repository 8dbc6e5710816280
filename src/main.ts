import { createApp } from './app.setup';
import { drainHttp, openConfiguredDatabase, type Running, runProcess } from './bootstrap';
import type { Environment } from './common/config/environment';
import { FirstRun } from './first-run/first-run';
import { greeting } from './first-run/greeting';

/** The API process. */
async function startApi(configured: Environment): Promise<Running> {
  const database = await openConfiguredDatabase(configured);
  const { environment } = database;
  try {
    const app = await createApp(environment);
    const demo = await app.get(FirstRun).prepare();
    await app.listen(environment.port, environment.host);
    if (!environment.production) process.stdout.write(greeting(environment, demo));
    return {
      close: async () => {
        await drainHttp(app.getHttpServer());
        await app.close();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

runProcess(startApi);
