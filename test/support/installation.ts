import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { ReconcileService } from '../../src/attendees/reconcile.service';
import { databaseOptions } from '../../src/common/database/options';
import { Client } from './client';
import { createDatabase, type TestDatabase } from './database';
import { type Outcome, runToEnd, type StartOptions, startProcess, type UsherProcess } from './process';

/** An API process, with a client whose key has every scope of an organization. */
export interface ApiProcess extends UsherProcess {
  client: Client;
}

/** Several processes on one database, as in production, with one organization and its key. */
export class Installation {
  readonly apiKey = randomBytes(24).toString('hex');
  private readonly processes: UsherProcess[] = [];

  private constructor(
    readonly database: TestDatabase,
    readonly dataDir: string,
    private readonly variables: Record<string, string>,
  ) {}

  /** Nothing runs yet; `variables` are for all processes. */
  static async create(variables: Record<string, string> = {}): Promise<Installation> {
    const dataDir = await mkdtemp(join(tmpdir(), 'usher-installation-'));
    return new Installation(await createDatabase(), dataDir, variables);
  }

  async startApi(variables: Record<string, string> = {}, options?: StartOptions): Promise<ApiProcess> {
    const started = await this.start('main', variables, options);
    return { ...started, client: new Client(started.url, this.apiKey) };
  }

  startWorker(variables: Record<string, string> = {}): Promise<UsherProcess> {
    return this.start('worker', variables);
  }

  /** A worker that will not start, to its end. */
  runWorker(variables: Record<string, string>): Promise<Outcome> {
    return runToEnd('worker', [], this.environment(variables));
  }

  /** Fails the test when a seat counter does not say what the tickets say. */
  async expectNoDrift(): Promise<void> {
    const dataSource = await new DataSource(databaseOptions({ url: this.database.url })).initialize();
    try {
      expect(await new ReconcileService(dataSource).findDrift()).toEqual([]);
    } finally {
      await dataSource.destroy();
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.processes.map((started) => started.stop('SIGKILL')));
    await this.database.drop();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  private async start(
    program: 'main' | 'worker',
    variables: Record<string, string>,
    options?: StartOptions,
  ): Promise<UsherProcess> {
    const started = await startProcess(this.environment(variables), program, options);
    this.processes.push(started);
    return started;
  }

  private environment(variables: Record<string, string>): Record<string, string> {
    return {
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      DATABASE_URL: this.database.url,
      DATA_DIR: this.dataDir,
      BOOTSTRAP_API_KEY: this.apiKey,
      ...this.variables,
      ...variables,
    };
  }
}
