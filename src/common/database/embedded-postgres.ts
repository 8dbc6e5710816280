import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { startServer, stopServer, type ServerSettings } from './embedded-postgres-cluster';
import { errorCode, withFileLock } from './embedded-postgres-lock';
import { ClusterFiles, connect, connectionUrl, findRunningServer } from './embedded-postgres-running';

const DATABASE = 'usher';
const PRESENCE = 'usher presence';

export interface EmbeddedPostgresOptions {
  readonly dataDir: string;
  /** Server settings by name, for example `{ fsync: 'off' }`. A server that already runs keeps its own. */
  readonly settings?: ServerSettings;
}

export interface EmbeddedPostgres {
  /** `postgres://…`, the database included. */
  readonly url: string;
  /** To be called after closing one's own pools. Stops the server unless somebody else is connected. */
  release(): Promise<void>;
}

/**
 * A real PostgreSQL out of npm packages, for machines that have Node and nothing else. The processes that share a data
 * directory share its server: whoever comes first starts it, whoever leaves last stops it, and one that a killed process
 * left running is taken over.
 */
export async function acquireEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, settings = {} } = options;
  await mkdir(dataDir, { recursive: true });
  const files = new ClusterFiles(await realpath(dataDir));
  const inTurn = <T>(work: () => Promise<T>) => withFileLock(join(files.dataDir, 'postgres.lock'), work);

  return inTurn(async () => {
    const running = await findRunningServer(files);
    const port = running ?? (await startServer(files, settings));
    const presence = await announcePresence(files, port).catch(async (error: unknown) => {
      if (running === undefined) await stopServer(files);
      throw error;
    });
    let released: Promise<void> | undefined;
    return {
      url: await connectionUrl(files, port, DATABASE),
      release: () => (released ??= inTurn(() => leave(files, port, presence))),
    };
  });
}

/**
 * One connection held open until release. It is how others see us between acquiring and the first query, and it vanishes
 * by itself when this process is killed.
 */
async function announcePresence(files: ClusterFiles, port: number): Promise<Client> {
  const presence = await connectCreating(files, port);
  reference(presence).unref();
  return presence;
}

async function connectCreating(files: ClusterFiles, port: number): Promise<Client> {
  try {
    return await connect(files, port, DATABASE, PRESENCE);
  } catch (error) {
    if (errorCode(error) !== '3D000') throw error;
  }
  const maintenance = await connect(files, port, 'postgres');
  await maintenance.query(`CREATE DATABASE ${DATABASE}`).finally(() => maintenance.end());
  return connect(files, port, DATABASE, PRESENCE);
}

async function leave(files: ClusterFiles, port: number, presence: Client): Promise<void> {
  reference(presence).ref();
  await presence.end();
  // Without a server that answers there is nobody to stop, and the recorded pid may be a stranger's by now.
  if ((await findRunningServer(files)) !== port) return;
  if ((await countConnections(files, port)) === 0) await stopServer(files);
}

async function countConnections(files: ClusterFiles, port: number): Promise<number> {
  const client = await connect(files, port, 'postgres');
  try {
    // Backends of connections closed a moment ago are still taking their leave. Somebody's presence is
    // believed sooner than a mere connection, so that the CLI beside a server ends without delay.
    const began = Date.now();
    for (;;) {
      const { rows } = await client.query<{ others: number; present: number }>(
        `SELECT count(*)::int AS others,
                count(*) FILTER (WHERE application_name = '${PRESENCE}')::int AS present
           FROM pg_stat_activity
          WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`,
      );
      const { others, present } = rows[0]!;
      if (others === 0 || Date.now() - began >= (present > 0 ? 200 : 1_000)) return others;
      await sleep(50);
    }
  } finally {
    await client.end();
  }
}

/** pg's own types leave these two out. */
function reference(client: Client): { ref(): void; unref(): void } {
  return client as unknown as { ref(): void; unref(): void };
}
