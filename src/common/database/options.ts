import { join } from 'node:path';
import type { ClientBase } from 'pg';
import type { DataSourceOptions } from 'typeorm';
import { NamingStrategy } from './naming-strategy';
import { RoundTripClient } from './round-trip-client';

/** Entities and migrations are found by their names, so that a module brings its own. */
const SOURCE_ROOT = join(__dirname, '..', '..');

/** How Usher talks to PostgreSQL: the same for the app, the tests and the TypeORM CLI. */
export function databaseOptions(connection: {
  url: string;
  poolSize?: number;
  /** Whether statements may be sent under their names. Default: they are. */
  preparedStatements?: boolean;
}): DataSourceOptions {
  return {
    type: 'postgres',
    url: connection.url,
    applicationName: 'usher',
    poolSize: connection.poolSize ?? 10,
    connectTimeoutMS: 5_000,
    extra: {
      // Statements that are sent without waiting for one another's answers share a round trip.
      pipeline: true,
      Client: RoundTripClient,
      preparedStatements: connection.preparedStatements ?? true,
      onConnect: outliveConnection,
      // Finds out within seconds that the other side is gone without having said so, as in a failover.
      keepAlive: true,
      keepAliveInitialDelayMillis: 5_000,
    },
    entities: [join(SOURCE_ROOT, '**/*.entity.js')],
    migrations: [join(SOURCE_ROOT, '**/migrations/*.js')],
    migrationsTransactionMode: 'each',
    namingStrategy: new NamingStrategy(),
    synchronize: false,
    logging: false,
  };
}

/** For migrations and whoever else has statements that take as long as they take. */
export function patient(options: DataSourceOptions): DataSourceOptions {
  return { ...options, extra: { ...(options.extra as object), answerMs: 0 } };
}

/**
 * A connection that the server takes back in the moment in which it is made tells so before anybody listens, and Node
 * ends a process for an error that nobody listens to. Whoever then uses the connection is told by the next statement.
 */
function outliveConnection(client: ClientBase): void {
  client.on('error', () => undefined);
}
