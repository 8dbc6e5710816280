import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { createDatabase, type TestDatabase } from '../support/database';
import { pathWithCurl } from '../support/curl';
import { blocksOf, PAGES, readPage, ROOT } from '../support/markdown';
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

  it('are npm scripts that there are', () => {
    const { scripts } = JSON.parse(readPage('package.json')) as { scripts: Record<string, string> };
    const named = [...everything.matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(([, script]) => script!);
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });

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

  it('are nothing that is never tried', () => {
    const tried = ['docs/guide.md', 'docs/extending.md'];
    const others = PAGES.filter((page) => !tried.includes(page)).flatMap((page) => blocksOf(page, 'sh'));
    const commands = others
      .filter(({ text }) => !text.startsWith('. .data/demo.env'))
      .flatMap(({ text }) =>
        text
          .replace(/ *#.*$/gm, '')
          .trim()
          .split(/\n| && /),
      )
      .map((command) => command.replace(/^(\w+=\S+ )*/, ''));
    // npm scripts are looked up above. The others are for operators, with a PostgreSQL of their own.
    const unknown = commands.filter((command) => !/^npm (ci|start|test|run .*)$/.test(command));
    expect(unknown).toEqual([
      'pg_dump --format=custom --file=usher.dump "$DATABASE_URL"',
      'createdb --maintenance-db="$SERVER_URL/postgres" usher_restored',
      'pg_restore --exit-on-error --no-owner --dbname="$SERVER_URL/usher_restored" usher.dump',
    ]);
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
