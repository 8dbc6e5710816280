import { findChromium } from './chromium';
import { makeScratchFolder } from './scratch-folder';
import { startServices } from './services';

/** Before all tests: a browser, real PostgreSQL and a real Redis, and a template database that the migrations have made. */
export default async function globalSetup(): Promise<void> {
  process.env.TEST_CHROMIUM = await findChromium();
  process.env.TMPDIR = await makeScratchFolder();
  const services = await startServices();
  process.env.TEST_POSTGRES_URL = services.postgresUrl;
  process.env.TEST_POSTGRES_TEMPLATE = services.template;
  process.env.TEST_REDIS = JSON.stringify(services.redis);
  (globalThis as { usherTestServices?: unknown }).usherTestServices = services;
}
