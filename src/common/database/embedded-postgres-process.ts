import { spawn } from 'node:child_process';
import { chmod, chown, open, readFile, readdir, realpath, stat, symlink } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { errorCode } from './embedded-postgres-lock';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

export interface RunOptions {
  readonly cwd: string;
  readonly logFile: string;
  readonly timeoutMs: number;
  /** In a session of its own, so that Ctrl-C in the terminal does not reach it. */
  readonly detached?: boolean;
}

/** PostgreSQL's own programs from the npm package, run by somebody PostgreSQL accepts. */
export interface PostgresPrograms {
  run(program: 'initdb' | 'pg_ctl', args: string[], options: RunOptions): Promise<void>;
  /** Gives files to the account the programs run as. */
  own(...paths: string[]): Promise<void>;
}

interface Launch {
  readonly prefix: string[];
  readonly account?: Account;
}

export async function findPostgresPrograms(dataDir: string, cluster: string): Promise<PostgresPrograms> {
  const native = join(await packageDirectory(), 'native');
  const bin = join(native, 'bin');
  await restoreLinks(native);
  await makeExecutable(bin);
  const account = await unprivilegedAccount(cluster);
  const launch = account ? await launchAs(account, join(bin, 'postgres'), dataDir) : { prefix: [] };
  const own = async (...paths: string[]): Promise<void> => {
    if (account) await Promise.all(paths.map((path) => chown(path, account.uid, account.gid)));
  };
  // A cluster that root copied back from a backup is root's, and PostgreSQL insists on owning its directory.
  if (account && (await ownerOf(cluster))?.uid === 0) await own(cluster, ...(await everythingIn(cluster)));
  return {
    own,
    run: (program, args, options) => execute(launch, [join(bin, program), ...args], options),
  };
}

async function packageDirectory(): Promise<string> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const name = `@embedded-postgres/${platform}`;
  // The package exports an ES module only, which require.resolve refuses to find.
  for (const modules of require.resolve.paths(name) ?? []) {
    const directory = await realpath(join(modules, name)).catch(() => undefined);
    if (directory) return directory;
  }
  throw new Error(
    `There is no PostgreSQL for ${platform} in node_modules: set DATABASE_URL to a PostgreSQL of your own, ` +
      'or, where npm has one for this platform, install again without --omit=optional.',
  );
}

/** npm packages cannot hold symbolic links; the package's postinstall makes them, unless scripts are disabled. */
async function restoreLinks(native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(list) as { source: string; target: string }[];
  const root = dirname(native);
  for (const { source, target } of links) {
    // Whoever may not write here, or comes second, relies on the links that are there.
    const link = join(root, target);
    await symlink(relative(dirname(link), join(root, source)), link).catch(() => undefined);
  }
}

async function makeExecutable(bin: string): Promise<void> {
  for (const program of await readdir(bin)) {
    const { mode } = await stat(join(bin, program));
    if ((mode & 0o111) !== 0o111) await chmod(join(bin, program), mode | 0o111).catch(() => undefined);
  }
}

/** PostgreSQL refuses to run as root: root lends it the account that owns the cluster, or a system account. */
async function unprivilegedAccount(cluster: string): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await ownerOf(cluster);
  if (owner && owner.uid !== 0) return owner;
  const accounts = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  const found =
    accounts.find(([name]) => name === 'postgres') ?? accounts.find(([name]) => name === 'nobody');
  if (found) return { uid: Number(found[2]), gid: Number(found[3]) };
  throw new Error(
    'PostgreSQL refuses to run as root, and this system has neither a postgres nor a nobody account: ' +
      'start Usher as an ordinary user, or set DATABASE_URL.',
  );
}

async function launchAs(account: Account, postgres: string, dataDir: string): Promise<Launch> {
  const closed = (await closedTo(account, postgres)) ?? (await closedTo(account, dataDir));
  if (!closed) return { prefix: [], account };
  // Below a directory that is root's alone, like /root, the account keeps one right of root's: to pass through.
  const prefix = [
    'setpriv',
    `--reuid=${account.uid}`,
    `--regid=${account.gid}`,
    '--clear-groups',
    '--inh-caps=+dac_override',
    '--ambient-caps=+dac_override',
    '--securebits=+no_setuid_fixup',
  ];
  try {
    await execute({ prefix }, [postgres, '--version'], { cwd: '/', logFile: '/dev/null', timeoutMs: 10_000 });
    return { prefix };
  } catch {
    throw new Error(
      `PostgreSQL refuses to run as root, and the account it runs as instead (user id ${account.uid}) cannot ` +
        `pass ${closed}: open it (chmod o+x), move DATA_DIR or the checkout elsewhere, or set DATABASE_URL.`,
    );
  }
}

/** The topmost part of the path that the account may not pass. */
async function closedTo(account: Account, path: string): Promise<string | undefined> {
  const real = await realpath(path);
  const parts = [real];
  while (dirname(parts[0]!) !== parts[0]) parts.unshift(dirname(parts[0]!));
  for (const part of parts) {
    const { uid, gid, mode } = await stat(part);
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
    if (!(mode & bit)) return part;
  }
  return undefined;
}

async function ownerOf(path: string): Promise<Account | undefined> {
  return stat(path).catch(() => undefined);
}

async function everythingIn(directory: string): Promise<string[]> {
  return (await readdir(directory, { recursive: true })).map((path) => join(directory, path));
}

async function execute({ prefix, account }: Launch, command: string[], options: RunOptions): Promise<void> {
  const [file, ...args] = [...prefix, ...command] as [string, ...string[]];
  // The server inherits this descriptor from pg_ctl, so its log needs neither a path nor a permission.
  const output = await open(options.logFile, 'a', 0o600);
  try {
    await new Promise<void>((resolve, reject) => {
      const child = spawn(file, args, {
        cwd: options.cwd,
        env: childEnvironment(),
        stdio: ['ignore', output.fd, output.fd],
        // Not spawn's own timeout, whose timer outlives a program that could not be started.
        signal: AbortSignal.timeout(options.timeoutMs),
        detached: options.detached ?? false,
        windowsHide: true,
        ...account,
      });
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        if (code === 0) resolve();
        else reject(new Error(`${basename(command[0]!)} ended with ${signal ?? `code ${code}`}`));
      });
    });
  } catch (error) {
    // ENOENT for a file that is there: no loader for it, as on a Linux without glibc.
    if (errorCode(error) !== 'ENOENT' && errorCode(error) !== 'EACCES') throw error;
    throw new Error(
      `${file} does not run here (${errorCode(error)}): set DATABASE_URL to a PostgreSQL of your own`,
      {
        cause: error,
      },
    );
  } finally {
    await output.close();
  }
}

function childEnvironment(): NodeJS.ProcessEnv {
  // PGDATA, PGPORT and their like are meant for another server. Messages stay English, we read them.
  // eslint-disable-next-line no-restricted-properties -- passed on to another program, not read
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('PG'));
  return { ...Object.fromEntries(inherited), LC_ALL: 'C' };
}
