import { startServices } from './services';

/** Before all tests: real PostgreSQL and a real Redis, and a template database that the migrations have made. */
export default async function globalSetup(): Promise<void> {
  const services = await startServices();
  process.env.TEST_POSTGRES_URL = services.postgresUrl;
  process.env.TEST_REDIS = JSON.stringify(services.redis);
  (globalThis as { usherTestServices?: unknown }).usherTestServices = services;
}
