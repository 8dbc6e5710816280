import { rm } from 'node:fs/promises';
import type { Services } from './services';

export default async function globalTeardown(): Promise<void> {
  await (globalThis as { usherTestServices?: Services }).usherTestServices?.stop();
  await rm(process.env.TMPDIR!, { recursive: true, force: true, maxRetries: 3 });
}
