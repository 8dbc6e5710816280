import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode } from '../../src/common/database/embedded-postgres-lock';
import { NodeProcess } from '../support/node-process';
import { until } from '../support/until';

const DATA = '.data';

jest.setTimeout(120_000);

describe('A benchmark that is interrupted', () => {
  let bench: NodeProcess;
  // When a test has failed it goes on. It stops its PostgreSQL itself, if it is told politely.
  afterEach(() => bench.end('SIGTERM'));

  const dataDirs = () =>
    existsSync(DATA) ? readdirSync(DATA).filter((name) => name.startsWith('bench-')) : [];

  async function startBench(): Promise<string> {
    const others = dataDirs();
    bench = new NodeProcess([join('dist', 'bench', 'run.js'), '--quick'], {}, { stdio: 'ignore' });
    const own = () => dataDirs().find((name) => !others.includes(name));
    await bench.until(() => own() !== undefined, 'The benchmark');
    return join(DATA, own()!);
  }

  it('stops its PostgreSQL and leaves no files', async () => {
    const dataDir = await startBench();
    const pidFile = join(dataDir, 'postgres', 'postmaster.pid');
    await bench.until(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8') !== '', 'PostgreSQL');
    const postgres = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);

    expect(await bench.end('SIGINT')).toBe(130);
    expect(existsSync(dataDir)).toBe(false);
    await until(() => !isRunning(postgres), 'PostgreSQL goes on');
  });

  it('begins nothing more when it is told to end while it is starting', async () => {
    const dataDir = await startBench();

    expect(await bench.end('SIGTERM')).toBe(143);
    expect(existsSync(dataDir)).toBe(false);
  });
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if (errorCode(error) === 'ESRCH') return false;
    throw error;
  }
}
