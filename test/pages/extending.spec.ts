import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import { blocksOf, readPage, ROOT } from '../support/markdown';

jest.setTimeout(600_000);

const PAGE = 'docs/extending.md';
const NEEDED = [
  'src',
  'examples',
  'test/support',
  'test/openapi',
  'package.json',
  'tsconfig.json',
  'nest-cli.json',
  'jest.config.js',
  'ormconfig.ts',
];

describe('The module of docs/extending.md', () => {
  let copy: string;

  beforeAll(async () => {
    copy = await mkdtemp(join(tmpdir(), 'usher-extended-'));
    for (const path of NEEDED) await cp(join(ROOT, path), join(copy, path), { recursive: true });
    await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  });
  afterAll(() => rm(copy, { recursive: true }));

  it('is built, migrated and tested by what the page says', async () => {
    const [copyOver, build, ...beforeCommit] = blocksOf(PAGE, 'sh').map(({ text }) => text);
    await shell(copyOver!);
    await addToList();
    await expect(shell(build!)).resolves.toContain('The migrations make what the entities say.');
    // Run in the repository itself, where they take minutes.
    expect(beforeCommit.map((text) => text.match(/^npm[\w: ]+/gm)?.map((line) => line.trim()))).toEqual([
      ['npm run check', 'npm run docs:openapi', 'npm test'],
    ]);
  });

  it('is quoted as it is, also where domain events are explained', async () => {
    const blocks = [PAGE, 'docs/domain-events.md'].flatMap((page) => blocksOf(page, 'ts'));
    const quoted = blocks.map(({ text }) => /^\/\/ (\S+)\n([\s\S]*)$/.exec(text)!);
    expect(quoted.length).toBeGreaterThan(5);
    for (const [, file, text] of quoted) {
      if (file === 'src/modules.ts') continue;
      const source = await readFile(join(ROOT, 'examples/loyalty', file!), 'utf8');
      expect(inOneLine(source)).toContain(inOneLine(text!));
    }
  });

  it('is described with files that there are', async () => {
    for (const [, path] of readPage(PAGE).matchAll(/`((?:src|test)\/[\w./-]+\.ts)`/g)) {
      const found = await Promise.any(
        [ROOT, join(ROOT, 'examples/loyalty')].map((folder) => readFile(join(folder, path!))),
      ).then(Boolean, () => false);
      expect([path, found]).toEqual([path, true]);
    }
  });

  /** The two lines that the page asks for. */
  async function addToList(): Promise<void> {
    const [, file, importing] = /^\/\/ (\S+)\n(import .*\n)/.exec(blocksOf(PAGE, 'ts')[0]!.text)!;
    const list = await readFile(join(copy, file!), 'utf8');
    const longer = list.replace(/(API_MODULES: ApiModule\[\] = \[[^\]]*?),?\s*\]/, '$1, LoyaltyModule]');
    await writeFile(join(copy, file!), importing! + longer);
  }

  /** Runs a block as a shell does in which each command must succeed. */
  async function shell(commands: string): Promise<string> {
    const run = promisify(execFile)('sh', ['-e', '-c', commands], { cwd: copy, env: outside() });
    const { stdout } = await run.catch((error: { stdout: string; stderr: string }) => {
      throw new Error(error.stdout + error.stderr);
    });
    return stdout;
  }
});

/** The environment without what Jest tells its tests. */
function outside(): NodeJS.ProcessEnv {
  const { PATH, HOME, CHROMIUM_PATH, REDIS_URL } = process.env;
  return { PATH, HOME, CHROMIUM_PATH, REDIS_URL };
}

/** Prettier indents and wraps a quotation as if it stood alone. */
function inOneLine(code: string): string {
  return code.replace(/\s+/g, ' ').trim();
}
