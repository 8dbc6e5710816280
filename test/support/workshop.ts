import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { REPOSITORY } from './repository';
import { until } from './until';

/** What a fresh checkout does not have. */
const LEFT_OUT = ['.git', '.data', 'coverage', 'dist', 'node_modules'];

/** Most that a command may take to be ready: it builds first, which alone takes half a minute on a slow machine. */
const READY_SECONDS = 120;

export interface Started {
  output(): string;
  /** Presses Ctrl-C, and resolves when it has ended. */
  interrupt(): Promise<void>;
}

/** A copy of the checkout in which commands are run as a reader of the pages runs them. */
export class Workshop {
  private readonly running = new Set<ChildProcess>();

  private constructor(readonly folder: string) {}

  static async create(): Promise<Workshop> {
    const folder = await mkdtemp(join(tmpdir(), 'usher-workshop-'));
    const entries = (await readdir(REPOSITORY)).filter((name) => !LEFT_OUT.includes(name));
    for (const name of entries) await cp(join(REPOSITORY, name), join(folder, name), { recursive: true });
    await symlink(join(REPOSITORY, 'node_modules'), join(folder, 'node_modules'));
    return new Workshop(folder);
  }

  /** Runs them as a shell does in which each command must succeed, and resolves with what they print. */
  async run(commands: string, variables: Record<string, string> = {}): Promise<string> {
    const options = { cwd: this.folder, env: { ...outside(), ...variables }, maxBuffer: 1 << 26 };
    const run = promisify(execFile)('sh', ['-e', '-c', commands], options);
    const { stdout, stderr } = await run.catch((error: { stdout: string; stderr: string }) => {
      throw new Error(`${commands}\n${error.stdout}${error.stderr}`);
    });
    return stdout + stderr;
  }

  /** Starts what runs until it is stopped, and resolves when it is ready, by its output or otherwise. */
  async start(
    command: string,
    variables: Record<string, string>,
    isReady: (output: string) => boolean | Promise<boolean>,
  ): Promise<Started> {
    const env = { ...outside(), ...variables };
    const stdio = ['ignore', 'pipe', 'pipe'] as const;
    const child = spawn('sh', ['-c', command], { cwd: this.folder, env, stdio: [...stdio], detached: true });
    this.running.add(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data: Buffer) => (output += data.toString()));
    const exited = once(child, 'exit').then(() => this.running.delete(child));
    await until(
      () => {
        if (child.exitCode !== null) throw new Error(`${command} ended with ${child.exitCode}\n${output}`);
        return isReady(output);
      },
      `${command} was not ready`,
      READY_SECONDS,
    );
    return {
      output: () => output,
      async interrupt() {
        // A terminal tells the whole group.
        process.kill(-child.pid!, 'SIGINT');
        await exited;
        // Whoever of the group did not listen.
        killGroup(child);
      },
    };
  }

  async remove(): Promise<void> {
    this.running.forEach(killGroup);
    await rm(this.folder, { recursive: true, force: true });
  }
}

function killGroup({ pid }: ChildProcess): void {
  try {
    process.kill(-pid!, 'SIGKILL');
  } catch {
    // Nobody is left.
  }
}

/** The environment without what Jest tells its tests. */
function outside(): NodeJS.ProcessEnv {
  const { PATH, HOME, CHROMIUM_PATH, REDIS_URL } = process.env;
  return { PATH, HOME, CHROMIUM_PATH, REDIS_URL };
}
