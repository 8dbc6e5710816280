import { RoundTripClient } from '../../src/common/database/round-trip-client';
import type { TestDatabase } from './database';

/** A connection such as the app has in its pool, where it has one to the server itself. */
export async function connectTo(
  { directUrl: connectionString }: TestDatabase,
  { preparedStatements = true, answerMs }: { preparedStatements?: boolean; answerMs?: number } = {},
): Promise<RoundTripClient> {
  const client = new RoundTripClient({ connectionString, pipeline: true, preparedStatements, answerMs });
  await client.connect();
  return client;
}
