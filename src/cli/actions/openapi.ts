import { createApp } from '../../app.setup';
import { buildOpenApi } from '../../openapi';
import { runBesideDatabase } from './in-app';

export function printOpenApi(): Promise<void> {
  return runBesideDatabase(createApp, (app) => {
    process.stdout.write(`${JSON.stringify(buildOpenApi(app), null, 2)}\n`);
  });
}
