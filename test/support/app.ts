import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { createApp } from '../../src/app.setup';
import { ReconcileService } from '../../src/attendees/reconcile.service';
import { Metrics } from '../../src/common/observability/metrics';
import { HttpServer } from '../../src/http-server';
import { Client } from './client';
import { createDatabase, type TestDatabase } from './database';
import { testEnvironment } from './environment';
import { createOrganization, type TestOrganization } from './organization';
import { watchForSecondConnections } from './second-connections';

export interface TestApp {
  nest: NestExpressApplication;
  database: TestDatabase;
  dataDir: string;
  /** Where it listens. */
  url: string;
  /** A new organization with a key that has every scope of one. */
  organization(): Promise<TestOrganization>;
  /** A client without a key. */
  anonymous: Client;
  /** Fails the test when a seat counter does not say what the tickets say. */
  expectNoDrift(): Promise<void>;
  /** Fails the test when a transaction asked for a second connection. */
  close(): Promise<void>;
}

/**
 * The whole app on a database of its own, listening on a free port. One that is told to prepare statements never has a
 * connection pooler before it.
 */
export async function startApp(variables: Record<string, string> = {}): Promise<TestApp> {
  const database = await createDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'usher-data-'));
  const environment = testEnvironment({
    DATABASE_URL: variables.DATABASE_PREPARED_STATEMENTS === 'on' ? database.directUrl : database.url,
    DATA_DIR: dataDir,
    MIGRATE_ON_START: 'false',
    ...variables,
  });
  const nest = await createApp(environment);
  await nest.init();
  const secondConnection = watchForSecondConnections(nest);
  const server: Server = nest.getHttpServer();
  const http = await HttpServer.listen(
    server,
    { ...environment, port: 0, host: '127.0.0.1' },
    nest.get(Metrics),
  );
  const { port } = server.address() as { port: number };
  const url = `http://127.0.0.1:${port}`;
  return {
    nest,
    database,
    dataDir,
    url,
    organization: () => createOrganization(nest, url),
    anonymous: new Client(url),
    async expectNoDrift() {
      expect(await nest.get(ReconcileService).findDrift()).toEqual([]);
    },
    async close() {
      await http.close();
      await nest.close();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
      const misuse = secondConnection();
      if (misuse) throw misuse;
    },
  };
}
