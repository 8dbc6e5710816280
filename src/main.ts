import type { NestExpressApplication } from '@nestjs/platform-express';
import { createApp } from './app.setup';
import { giveUp, inOrder, openConfiguredDatabase, type Running, runProcess } from './bootstrap';
import type { Environment } from './common/config/environment';
import { Health } from './common/observability/health';
import { Metrics } from './common/observability/metrics';
import { FirstRun } from './first-run/first-run';
import { greeting } from './first-run/greeting';
import { HttpServer } from './http-server';

/** The API process. */
async function startApi(configured: Environment): Promise<Running> {
  const database = await openConfiguredDatabase(configured);
  const { environment } = database;
  let app: NestExpressApplication | undefined;
  try {
    app = await createApp(environment);
    await app.init();
    const demo = await app.get(FirstRun).prepare();
    const http = await HttpServer.listen(app.getHttpServer(), environment, app.get(Metrics));
    if (!environment.production) process.stdout.write(greeting(environment, demo));
    return inOrder(app.get(Health), http, app, database);
  } catch (error) {
    await giveUp(app, database);
    throw error;
  }
}

runProcess(startApi);
