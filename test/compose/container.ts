import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Service } from '../support/compose-file';
import { REPOSITORY } from '../support/repository';
import { until } from '../support/until';
import { runnableOf } from './images';
import { enter, type Network } from './network';

/** Docker waits for seconds between two health checks; nothing here depends on that. */
const CHECK_MS = 300;

/** A service of the compose file: a process in a network namespace of its own. */
export class Container {
  private process?: ChildProcess;
  private readonly command: string[];
  private readonly healthcheck: string[];
  private readonly environment: Record<string, string>;
  private readonly graceMs: number;

  constructor(
    readonly name: string,
    service: Service,
    private readonly network: Network,
    private readonly folder: string,
  ) {
    const { command, environment, healthcheck } = runnableOf(service);
    this.command = command;
    this.healthcheck = healthcheck;
    this.environment = { PATH: process.env.PATH!, ...environment, ...service.environment };
    this.graceMs = parseInt(service.stop_grace_period ?? '10s') * 1_000;
  }

  /** What of the image and of named volumes is there before the first start. */
  async prepare(): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    for (const name of ['dist', 'node_modules', 'package.json']) {
      await symlink(join(REPOSITORY, name), join(this.folder, name));
    }
    await this.network.add(this.name);
  }

  /** Resolves when the health check says so. */
  async start(): Promise<void> {
    await this.network.connect(this.name);
    const [file, ...args] = enter(this.name, this.command);
    const child = spawn(file, args, {
      cwd: this.folder,
      env: this.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const log = createWriteStream(this.logFile, { flags: 'a' });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    this.process = child;
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`${this.name} ended with ${child.exitCode}`);
      await sleep(CHECK_MS);
      return this.isHealthy();
    }, `${this.name} did not become healthy`);
  }

  /** As `docker compose stop`: the exit code, null when it took too long. The address goes with the process. */
  async stop(): Promise<number | null> {
    const child = this.process!;
    const tooLate = setTimeout(() => child.kill('SIGKILL'), this.graceMs);
    await this.end('SIGTERM');
    clearTimeout(tooLate);
    return child.exitCode;
  }

  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** As `docker compose exec`. */
  async run(command: string[]): Promise<string> {
    const [file, ...args] = enter(this.name, command);
    const options = { cwd: this.folder, env: this.environment, timeout: 30_000 };
    return (await promisify(execFile)(file, args, options)).stdout;
  }

  async log(): Promise<string> {
    return readFile(this.logFile, 'utf8').catch(() => '');
  }

  private isHealthy(): Promise<boolean> {
    return this.run(this.healthcheck).then(
      () => true,
      () => false,
    );
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const exited = once(this.process!, 'exit');
    this.process!.kill(signal);
    await exited;
    await this.network.disconnect(this.name);
  }

  private get logFile(): string {
    return `${this.folder}.log`;
  }
}
