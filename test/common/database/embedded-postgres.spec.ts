import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { acquireEmbeddedPostgres } from '../../../src/common/database/embedded-postgres';

const asRoot = process.getuid?.() === 0;
const settings = { fsync: 'off', shared_buffers: '16MB' };

describe('embedded PostgreSQL', () => {
  let parent: string;
  /** With one cluster behind it, for the tests that are not about the first start. */
  let shared: string;
  const dataDirs = new Set<string>();
  const children = new Set<ChildProcess>();

  beforeAll(async () => {
    parent = await realpath(await mkdtemp(join(tmpdir(), 'usher-embedded-')));
    // mkdtemp keeps it to its owner, and the account that PostgreSQL runs as under root is another.
    await chmod(parent, 0o755);
    shared = join(parent, 'shared');
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    for (const child of children) await kill(child);
    for (const dataDir of dataDirs) if (await serverPid(dataDir)) await (await acquire(dataDir)).release();
  });

  afterAll(() => rm(parent, { recursive: true, force: true, maxRetries: 3 }));

  it('starts a UTF-8 database on the first call and stops it on release', async () => {
    const postgres = await acquire(shared);

    expect(postgres.url).toMatch(/^postgres:\/\/usher:[\w-]{32}@127\.0\.0\.1:\d+\/usher$/);
    expect(await query(postgres.url, 'SHOW server_encoding')).toEqual([{ server_encoding: 'UTF8' }]);
    expect(await query(postgres.url, 'SHOW fsync')).toEqual([{ fsync: 'off' }]);
    expect(await query(postgres.url, `SELECT upper('é') AS letter`)).toEqual([{ letter: 'É' }]);
    expect((await stat(join(shared, 'postgres.password'))).mode & 0o777).toBe(0o600);

    await Promise.all([postgres.release(), postgres.release()]);
    expect(await serverPid(shared)).toBeUndefined();
  });

  it('lets nobody in without the password', async () => {
    const { url, release } = await acquire(shared);
    await expect(query(url.replace(/:[\w-]+@/, ':guess@'), 'SELECT 1')).rejects.toMatchObject({
      code: '28P01',
    });
    await release();
  });

  it('keeps its data, and its password, over a restart', async () => {
    const first = await acquire(shared);
    await query(first.url, 'CREATE TABLE IF NOT EXISTS kept AS SELECT 7 AS number');
    await first.release();

    const second = await acquire(shared);
    expect(new URL(second.url).password).toBe(new URL(first.url).password);
    expect(await query(second.url, 'SELECT number FROM kept')).toEqual([{ number: 7 }]);
    await second.release();
  });

  it('is shared, and stopped by whoever leaves last', async () => {
    const first = await acquire(shared);
    const second = await acquire(shared);
    expect(second.url).toBe(first.url);

    await first.release();
    expect(await query(second.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);

    await second.release();
    expect(await serverPid(shared)).toBeUndefined();
  });

  it('keeps running for a connection that is not ours', async () => {
    const { url, release } = await acquire(shared);
    const visitor = new Client(url);
    await visitor.connect();

    await release();
    expect((await visitor.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await visitor.end();
  });

  it('takes over the server that a killed process left running', async () => {
    const orphaned = await acquireInChild(shared);
    await kill(orphaned.child);
    const pid = await serverPid(shared);

    const { url, release } = await acquire(shared);
    expect(url).toBe(orphaned.url);
    expect(await serverPid(shared)).toBe(pid);
    await release();
    expect(await serverPid(shared)).toBeUndefined();
  });

  it('starts although postmaster.pid and lock file name processes that live, but are not theirs', async () => {
    const running = await acquire(shared);
    const pidFile = join(shared, 'postgres', 'postmaster.pid');
    const recorded = await readFile(pidFile, 'utf8');
    await running.release();

    const stranger = startStranger(await stat(join(shared, 'postgres')));
    await writeFile(pidFile, recorded.replace(/^\d+/, String(stranger.pid)));
    // As in a container, where this process has the pid that its predecessor had.
    await writeFile(join(shared, 'postgres.lock'), `${process.pid} of-a-predecessor`);

    const { url, release } = await acquire(shared);
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
    await release();
  });

  it('starts again after the server itself was killed', async () => {
    const { url } = await acquire(shared);
    await query(url, 'CREATE TABLE survives_a_crash AS SELECT 1 AS one');
    process.kill((await serverPid(shared))!, 'SIGKILL');

    const { url: next, release } = await acquire(shared);
    expect(await query(next, 'SELECT * FROM survives_a_crash')).toEqual([{ one: 1 }]);
    await release();
  });

  it('takes another port when the one it chose was taken meanwhile', async () => {
    const rival = net.createServer().listen(0, '127.0.0.1');
    await once(rival, 'listening');
    const { port } = rival.address() as net.AddressInfo;
    const choosing = jest.spyOn(net, 'createServer').mockImplementationOnce(
      () =>
        ({
          once: () => undefined,
          listen: (_port: number, _host: string, chosen: () => void) => setImmediate(chosen),
          address: () => ({ port }),
          close: (closed: () => void) => closed(),
        }) as unknown as net.Server,
    );

    const { url, release } = await acquire(shared);
    expect(choosing).toHaveBeenCalledTimes(2);
    expect(Number(new URL(url).port)).not.toBe(port);
    await release();
    rival.close();
  });

  it('begins anew after a first start that was killed half way', async () => {
    const dataDir = join(parent, 'half-finished');
    await mkdir(join(dataDir, 'postgres.new', 'base'), { recursive: true });
    const child = startChild(dataDir);
    await until(async () => (await readdir(dataDir)).some((name) => name.startsWith('postgres.new-')));
    await kill(child);
    expect(await readdir(dataDir)).not.toContain('postgres');

    const { url, release } = await acquire(dataDir);
    expect(await query(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(await readdir(dataDir)).not.toContain('postgres.new');
    await release();
  });

  it('knows letters after a first start that was interrupted, too', async () => {
    const dataDir = join(parent, 'interrupted');
    // As Usher does, which waits until what it starts has ended.
    const child = startChild(dataDir, `process.on('SIGINT', () => undefined);`, { detached: true });
    await until(() => isInitialising(dataDir));
    const settled = Promise.race([once(child, 'exit'), once(child.stdout!, 'data')]);
    // A terminal tells the whole group.
    process.kill(-child.pid!, 'SIGINT');
    await settled;
    await kill(child);

    const ctype = `SELECT datctype FROM pg_database WHERE datname = 'usher'`;
    const [interrupted, other] = [await acquire(dataDir), await acquire(shared)];
    expect(await query(interrupted.url, ctype)).toEqual(await query(other.url, ctype));
    await Promise.all([interrupted.release(), other.release()]);
  });

  it('serves processes that start at the same instant in an empty directory', async () => {
    const dataDir = join(parent, 'concurrent');
    const [theirs, ours, alsoOurs] = await Promise.all([
      acquireInChild(dataDir),
      acquire(dataDir),
      acquire(dataDir),
    ]);

    expect(new Set([theirs.url, ours.url, alsoOurs.url]).size).toBe(1);
    await Promise.all([ours.release(), alsoOurs.release()]);
    expect(await query(ours.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it("works below a directory that is its owner's alone, with a name that shells stumble over", async () => {
    const closed = join(parent, 'closed');
    await mkdir(closed, { mode: 0o700 });
    const dataDir = join(closed, "Büro $HOME's `data`");

    const { url, release } = await acquire(dataDir);
    expect(await query(url, 'SHOW data_directory')).toEqual([{ data_directory: join(dataDir, 'postgres') }]);
    expect((await stat(join(dataDir, 'postgres'))).uid === 0).toBe(false);
    await release();
    expect(await serverPid(dataDir)).toBeUndefined();
  });

  it('names the closed directory when root has no setpriv; an ordinary user needs none', async () => {
    const closed = join(parent, 'closed-too');
    await mkdir(closed, { mode: 0o700 });
    const path = jest.replaceProperty(process.env, 'PATH', join(parent, 'nothing'));
    const attempt = acquire(join(closed, 'data'));
    const outcome = await attempt.then(({ release }) => release(), String);
    path.restore();

    const explanation = new RegExp(`cannot pass ${closed}: .* DATA_DIR .* DATABASE_URL`);
    expect(outcome).toEqual(asRoot ? expect.stringMatching(explanation) : undefined);
  });

  it('says whose the data directory is when somebody else may not write there', async () => {
    const dataDir = join(parent, 'of-somebody-else');
    await mkdir(dataDir, { mode: 0o555 });
    // What root has made, as with sudo, found by an ordinary user.
    if (asRoot) process.seteuid!('nobody');
    const attempt = acquireEmbeddedPostgres({ dataDir, settings });
    await expect(attempt.finally(() => asRoot && process.seteuid!(0))).rejects.toThrow(
      `${dataDir} belongs to another user: start Usher as that user, set another DATA_DIR, or set DATABASE_URL.`,
    );
  });

  it('says in one sentence why it did not start, with the end of the log', async () => {
    const attempt = acquireEmbeddedPostgres({ dataDir: shared, settings: { max_connections: 'plenty' } });
    await expect(attempt).rejects.toThrow(
      /^PostgreSQL did not start .*postgres\.log:\n[^]*invalid value for parameter "max_connections": "plenty"/,
    );
  });

  it('points to DATABASE_URL where npm has no PostgreSQL', async () => {
    const child = startChild(
      join(parent, 'mips'),
      `Object.defineProperty(process, 'arch', { value: 'mips' });`,
    );
    expect(await text(child.stderr!)).toMatch(
      /no PostgreSQL for \w+-mips .* DATABASE_URL .* --omit=optional/,
    );
  });

  function acquire(dataDir: string) {
    dataDirs.add(dataDir);
    return acquireEmbeddedPostgres({ dataDir, settings });
  }

  /** A process that acquires, says so on its standard output, and stays. `before` is what it does before. */
  function startChild(dataDir: string, before = '', options: SpawnOptions = {}): ChildProcess {
    dataDirs.add(dataDir);
    const module = require.resolve('../../../src/common/database/embedded-postgres');
    const program = `${before} require(${JSON.stringify(module)})
      .acquireEmbeddedPostgres(${JSON.stringify({ dataDir, settings })})
      .then(({ url }) => console.log(url));
      setInterval(() => undefined, 1000);`;
    return keep(spawn(process.execPath, ['-e', program], { ...options, stdio: ['ignore', 'pipe', 'pipe'] }));
  }

  async function acquireInChild(dataDir: string): Promise<{ child: ChildProcess; url: string }> {
    const child = startChild(dataDir);
    const [url] = (await once(createInterface(child.stdout!), 'line')) as [string];
    return { child, url };
  }

  /** PostgreSQL fears only processes of its own account. */
  function startStranger({ uid, gid }: { uid: number; gid: number }): ChildProcess {
    return keep(spawn('sleep', ['60'], { cwd: '/', stdio: 'ignore', ...(asRoot ? { uid, gid } : {}) }));
  }

  function keep(child: ChildProcess): ChildProcess {
    children.add(child);
    return child;
  }

  async function kill(child: ChildProcess): Promise<void> {
    children.delete(child);
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }
});

/** Whether initdb fills the cluster. Before that it waits for programs in a way that lets no Ctrl-C reach it. */
async function isInitialising(dataDir: string): Promise<boolean> {
  const entries = await readdir(dataDir, { recursive: true }).catch((): string[] => []);
  return entries.some((path) => /^postgres\.new-.*\bbase.1.PG_VERSION$/.test(path));
}

async function serverPid(dataDir: string): Promise<number | undefined> {
  const recorded = await readFile(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').catch(() => undefined);
  return recorded === undefined ? undefined : Number.parseInt(recorded, 10);
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client(url);
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows;
  } finally {
    await client.end();
  }
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let waited = 0; !(await condition()); waited += 10) {
    if (waited > 5_000) throw new Error('It did not happen within five seconds.');
    await sleep(10);
  }
}
