import { RoundTripClient } from '../../src/common/database/round-trip-client';
import type { TestDatabase } from './database';

/** A connection such as the app has in its pool. */
export async function connectTo(
  { url }: TestDatabase,
  { preparedStatements = true, answerMs }: { preparedStatements?: boolean; answerMs?: number } = {},
): Promise<RoundTripClient> {
  const client = new RoundTripClient({ connectionString: url, pipeline: true, preparedStatements, answerMs });
  await client.connect();
  return client;
}
