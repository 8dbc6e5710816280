import { NestFactory } from '@nestjs/core';
import { AppModule } from './app.module';
import { openConfiguredDatabase, type Running, runProcess } from './bootstrap';
import type { Environment } from './common/config/environment';
import { useAppLogger } from './common/observability/logging';

/** The worker process: works the queues and answers no requests. */
async function startWorker(configured: Environment): Promise<Running> {
  const database = await openConfiguredDatabase({ ...configured, worker: 'on' });
  try {
    const app = await NestFactory.createApplicationContext(AppModule.register(database.environment), {
      bufferLogs: true,
      autoFlushLogs: false,
      abortOnError: false,
    });
    useAppLogger(app).log('The worker is ready');
    return {
      close: async () => {
        await app.close();
        await database.close();
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

runProcess(startWorker);
