import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../support/until';
import { Program } from './program';

describe('A program of the fault injection', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'usher-program-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function start(code: string): Promise<Program> {
    const file = join(folder, 'program.js');
    await writeFile(file, code);
    const program = new Program({
      file,
      variables: {},
      logFile: join(folder, 'program.log'),
      isReady: () => Promise.resolve(true),
    });
    await program.start();
    return program;
  }

  it.each(['process.exit(0)', 'process.kill(process.pid)'])('that ends by %s has died', async (end) => {
    const program = await start(end);
    await until(() => program.deaths === 1, 'Nobody has noticed');
  });

  it('that is killed has not', async () => {
    const program = await start('setInterval(() => {}, 1_000)');
    await program.kill();
    await program.start();
    await program.kill();
    expect(program.deaths).toBe(0);
  });
});
