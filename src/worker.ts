import { type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module';
import { giveUp, inOrder, openConfiguredDatabase, type Running, runProcess } from './bootstrap';
import { type Environment, VARIABLES } from './common/config/environment';
import { Health } from './common/observability/health';
import { useAppLogger } from './common/observability/logging';
import { Metrics } from './common/observability/metrics';
import { HttpServer } from './http-server';
import { createProbes } from './probes.module';

/** The worker process: works the queues and answers no requests but those of who looks after it. */
async function startWorker(configured: Environment): Promise<Running> {
  const database = await openConfiguredDatabase({ ...configured, worker: 'on' });
  const { environment } = database;
  let app: INestApplicationContext | undefined;
  try {
    app = await NestFactory.createApplicationContext(AppModule.register(environment), {
      bufferLogs: true,
      autoFlushLogs: false,
      abortOnError: false,
    });
    const logger = useAppLogger(app);
    const probes = await listenForProbes(app, environment);
    logger.log('The worker is ready');
    return inOrder(app.get(Health), app, ...probes, database);
  } catch (error) {
    await giveUp(app, database);
    throw error;
  }
}

async function listenForProbes(app: INestApplicationContext, environment: Environment): Promise<Running[]> {
  const { workerPort } = environment;
  if (workerPort === undefined) return [];
  const probes = await createProbes(app);
  const settings = { ...environment, port: workerPort, portVariable: VARIABLES.workerPort.name };
  return [await HttpServer.listen(probes.getHttpServer(), settings, app.get(Metrics))];
}

runProcess(startWorker);
