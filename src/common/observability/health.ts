import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { DataSource, type MigrationInterface } from 'typeorm';
import { isTableMissing } from '../database/postgres-error';
import { JobQueues } from '../queues/job-queues';
import { NotReady } from './health.errors';

/** Less than a prober has patience. */
const PATIENCE_MS = 2_000;

/** How long an answer is as good as a new one: who asks more often asks nobody. */
const KEEP_MS = 500;

const MIGRATED = 'SELECT name FROM migrations';

export interface Readiness {
  /** `degraded`: everything is answered, but mail waits, and rate limits hold for each process by itself. */
  status: 'ok' | 'degraded';
  database: 'up';
  /** Absent without `REDIS_URL`. */
  redis?: 'up' | 'down';
}

/** Whether this process should get requests. */
@Injectable()
export class Health {
  private closing = false;
  private answer?: Promise<Readiness>;
  /** On the clock of `performance.now()`, which nobody sets back. */
  private until = 0;

  constructor(
    private readonly dataSource: DataSource,
    private readonly queues: JobQueues,
  ) {}

  /** @throws NotReady */
  async ready(): Promise<Readiness> {
    if (this.closing) throw new NotReady({ shutting_down: true });
    if (performance.now() > this.until) {
      // Until there is one, everybody waits for the same.
      this.until = Infinity;
      this.answer = this.ask().finally(() => (this.until = performance.now() + KEEP_MS));
    }
    return this.answer!;
  }

  private async ask(): Promise<Readiness> {
    const [pending, redis] = await Promise.all([this.pendingMigrations(), this.queues.answer()]);
    if (pending === null) throw new NotReady({ database: 'down' });
    if (pending.length > 0) throw new NotReady({ database: 'up', pending_migrations: pending });
    if (redis === null) return { status: 'ok', database: 'up' };
    return { status: redis ? 'ok' : 'degraded', database: 'up', redis: redis ? 'up' : 'down' };
  }

  /** From now on the process is not ready, so that whoever looks sends no more requests to it. */
  close(): Promise<void> {
    this.closing = true;
    return Promise.resolve();
  }

  /** Migrations of this version that the database has not seen yet; null when it does not answer. */
  private async pendingMigrations(): Promise<string[] | null> {
    const applied = await Promise.race([
      this.dataSource
        .query<{ name: string }[]>(MIGRATED)
        .catch((error: unknown) => (isTableMissing(error) ? [] : null)),
      sleep(PATIENCE_MS, null, { ref: false }),
    ]);
    if (!applied) return null;
    const names = new Set(applied.map(({ name }) => name));
    return this.dataSource.migrations.map(nameOf).filter((name) => !names.has(name));
  }
}

/** As TypeORM keeps it. */
function nameOf({ name, constructor }: MigrationInterface): string {
  return name ?? constructor.name;
}
