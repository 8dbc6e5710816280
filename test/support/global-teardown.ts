import type { Services } from './services';

export default async function globalTeardown(): Promise<void> {
  await (globalThis as { usherTestServices?: Services }).usherTestServices?.stop();
}
