import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { createDatabase, type TestDatabase } from '../support/database';
import { pathWithCurl } from '../support/curl';
import { blocksOf, PAGES, readPage, ROOT } from '../support/markdown';
import { COMMANDS } from '../pages/commands';
import { commandsOf } from '../support/commands-of';
import { runToEnd, startProcess, type UsherProcess } from '../support/process';

jest.setTimeout(120_000);

/** What a reader of the guide has beside its snippets: a compiler, and packages that are installed already. */
const PRELUDE = `
curl() { command curl -sSf "$@"; }
npx() { "$@"; }
npm() { test "$1" = install && test -d "${ROOT}/node_modules/$2"; }
`;

const TSCONFIG = {
  compilerOptions: {
    module: 'nodenext',
    target: 'es2023',
    strict: true,
    skipLibCheck: true,
    types: ['node'],
  },
  files: ['guide.mts'],
};

describe('What README, guide and docs/webhooks.md say', () => {
  let folder: string;
  let path: string;
  let database: TestDatabase;
  let usher: UsherProcess;

  beforeAll(async () => {
    // Below the repository, so that packages are found as they are by whoever has installed them.
    folder = await mkdtemp(join(ROOT, 'dist', 'guide-'));
    path = `${await pathWithCurl(join(folder, 'bin'))}:${join(ROOT, 'node_modules/.bin')}`;
    database = await createDatabase();
    usher = await startProcess({ DATA_DIR: join(folder, '.data'), DATABASE_URL: database.url });
  });
  afterAll(async () => {
    await usher.stop();
    await database.drop();
    await rm(folder, { recursive: true });
  });

  it('issues the first tickets, and the same again', async () => {
    const [, first] = blocksOf('README.md', 'sh');
    const answer = await shell(first!.text);
    expect(JSON.parse(answer)).toMatchObject({ quantity: 2, data: [{ email: 'ada@example.org' }, {}] });
    expect(await shell(first!.text)).toBe(answer);
  });

  it('creates a webhook endpoint', async () => {
    const [create] = blocksOf('docs/webhooks.md', 'sh');
    expect(JSON.parse(await shell(create!.text))).toMatchObject({ url: 'https://hooks.example.org/usher' });
  });

  it('works in curl', async () => {
    const printed = await shell(textOf('sh'));
    for (const outcome of ['"dry_run":true', '"issued":2', '"status":"checked_in"', '"status":"rejected"']) {
      expect(printed).toContain(outcome);
    }
  });

  it('compiles and works in TypeScript', async () => {
    await writeFile(join(folder, 'guide.mts'), textOf('ts'));
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG));
    const printed = await shell(`
      set -a; . .data/demo.env; USHER_URL=${usher.url}
      tsc -p tsconfig.json
      node guide.mjs`);
    expect(printed.trim().split('\n')).toEqual([
      expect.stringMatching(/^issued 2 tickets: http:\S+$/),
      'line 3: Validation failed',
      'let in 2, refused by Usher afterwards 0',
      'emmy@example.org is valid',
      'the copy has 7 contacts',
    ]);
  });

  function textOf(language: string): string {
    return blocksOf('docs/guide.md', language)
      .map(({ text }) => text)
      .join('\n');
  }

  /** Runs commands as somebody does who has followed the page so far; the first that fails ends them. */
  async function shell(commands: string): Promise<string> {
    const here = commands.replaceAll('http://localhost:3000', usher.url);
    const options = { cwd: folder, env: { PATH: path } };
    const run = promisify(execFile)('sh', ['-e', '-c', PRELUDE + here], options);
    const { stdout } = await run.catch((error: { stdout: string; stderr: string }) => {
      throw new Error(error.stdout + error.stderr);
    });
    return stdout;
  }
});

describe('Commands in the pages', () => {
  const everything = PAGES.map(readPage).join('\n');

  it('are commands and options of the command line tool that there are', async () => {
    const mentions = new Set(everything.match(/(?<=npm run (?:--silent )?cli -- )[a-z][^`\n#]*/g));
    expect(mentions.size).toBeGreaterThan(3);
    for (const mention of mentions) {
      const words = /^[a-z][a-z-]*( [a-z][a-z-]*)*/.exec(mention)![0].split(' ');
      const { stdout } = await runToEnd('cli', [...words, '--help'], {});
      for (const part of [`Usage: usher ${words.join(' ')} `, ...(mention.match(/--[a-z-]+/g) ?? [])]) {
        expect([mention, stdout]).toEqual([mention, expect.stringContaining(part)]);
      }
    }
  });

  it('are nothing that is never tried, and nothing is tried that no page says any more', () => {
    const said = [...new Set(PAGES.flatMap(commandsOf))].sort();
    expect(said).toEqual(Object.keys(COMMANDS).sort());
  });

  it('are run by files that run them', () => {
    for (const [command, { by }] of Object.entries(COMMANDS)) {
      if (!by) continue;
      const pages = PAGES.filter((page) => commandsOf(page).includes(command));
      const runner = readPage(by);
      // By name as far as it is not an example, or with the block of the page that it stands in.
      const [name] = command.split(/ (?=<|…|--organization ORG|--scopes)/) as [string];
      const found = [name, ...pages.map((page) => `blocksOf('${page}', 'sh')`)].some((text) =>
        runner.includes(text),
      );
      expect([command, by, found]).toEqual([command, by, true]);
    }
  });
});

describe('Blocks in the pages', () => {
  it('are of a language that some test looks at', () => {
    const languages = PAGES.flatMap((page) => readPage(page).match(/^```\w*(?=\n)/gm) ?? []);
    expect([...new Set(languages)].sort()).toEqual(['```', '```json', '```sh', '```ts', '```yaml']);
    const typescript = PAGES.filter((page) => blocksOf(page, 'ts').length > 0);
    // extending.spec.ts looks up the quotations of two pages, webhooks.spec.ts runs the receiver.
    expect(typescript.sort()).toEqual([
      'docs/domain-events.md',
      'docs/extending.md',
      'docs/guide.md',
      'docs/webhooks.md',
    ]);
  });

  it('can be parsed', () => {
    for (const { text, place } of PAGES.flatMap((page) => blocksOf(page, 'json', 'yaml'))) {
      const problems = parseAllDocuments(text).flatMap(({ errors }) => errors);
      expect([place, problems]).toEqual([place, []]);
    }
  });
});
