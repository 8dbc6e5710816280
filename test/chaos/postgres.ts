import { execFile } from 'node:child_process';
import { chown, mkdir, open, rm, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { acquireEmbeddedPostgres } from '../../src/common/database/embedded-postgres';
import {
  findPostgresPrograms,
  type PostgresPrograms,
} from '../../src/common/database/embedded-postgres-process';
import { until } from '../support/until';

const run = promisify(execFile);

/** Small enough to be filled in a moment, large enough for a run. */
const DISK = '768m';

/** A PostgreSQL of the run's own, which survives nothing by good luck: it syncs to disk as in production. */
export class Postgres {
  private constructor(
    readonly url: string,
    private readonly dataDir: string,
    private readonly programs: PostgresPrograms,
    /** Whether it has a file system of its own, which may be filled. */
    readonly hasOwnDisk: boolean,
  ) {}

  static async start(dataDir: string): Promise<Postgres> {
    await mkdir(dataDir, { recursive: true });
    const hasOwnDisk = await mountDisk(dataDir);
    const settings = { max_connections: '100', max_wal_size: '64MB', min_wal_size: '32MB' };
    const { url } = await acquireEmbeddedPostgres({ dataDir, settings });
    const programs = await findPostgresPrograms(dataDir, join(dataDir, 'postgres'));
    return new Postgres(url, dataDir, programs, hasOwnDisk);
  }

  /** Dies as a machine does that loses its power, and comes back. */
  async crash(): Promise<void> {
    await this.stop();
    await this.comeBack();
  }

  /** Breaks every connection of Usher, in the middle of whatever it does. */
  async cutConnections(): Promise<void> {
    await this.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name IN ('usher', 'usher unfollowed')`,
    );
  }

  /** Leaves no byte on its disk. */
  async fillDisk(): Promise<void> {
    const ballast = await open(this.ballast, 'w');
    const block = Buffer.alloc(1 << 20);
    try {
      for (;;) await ballast.write(block);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    } finally {
      await ballast.close();
    }
  }

  /** Makes room again and starts the server if it has died of the lack of it. */
  async freeDisk(): Promise<void> {
    await unlink(this.ballast);
    await this.comeBack();
  }

  async query<Row extends object>(sql: string): Promise<Row[]> {
    const client = new Client(this.url);
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<Row>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  async remove(): Promise<void> {
    await this.stop();
    if (this.hasOwnDisk) await run('umount', [this.dataDir]);
    await rm(this.dataDir, { recursive: true, force: true });
  }

  private get ballast(): string {
    return join(this.dataDir, 'ballast');
  }

  private async comeBack(): Promise<void> {
    await until(async () => {
      if (await this.answers()) return true;
      // Fails while it runs and still recovers.
      await this.pgCtl('start').catch(() => undefined);
      return this.answers();
    }, 'PostgreSQL did not come back');
  }

  private answers(): Promise<boolean> {
    return this.query('SELECT').then(
      () => true,
      () => false,
    );
  }

  private async stop(): Promise<void> {
    await this.pgCtl('stop', '-m', 'immediate').catch(() => undefined);
  }

  private pgCtl(command: 'start' | 'stop', ...args: string[]): Promise<void> {
    return this.programs.run('pg_ctl', [command, ...args, '-D', 'postgres', '-s', '-w', '-t', '30'], {
      cwd: this.dataDir,
      logFile: join(this.dataDir, 'postgres.log'),
      timeoutMs: 40_000,
    });
  }
}

/** A file system in memory. Only root may mount one, and not in every container. */
async function mountDisk(directory: string): Promise<boolean> {
  const { uid, gid } = await stat(directory);
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${DISK},mode=755`, 'tmpfs', directory]);
  } catch {
    return false;
  }
  await chown(directory, uid, gid);
  return true;
}
