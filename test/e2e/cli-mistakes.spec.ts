import { execFile } from 'node:child_process';

/** Lists what a process has loaded, at its end and after all that it has printed. */
const LISTS_MODULES = `data:text/javascript,
  import Module from 'node:module';
  process.on('exit', () => process.stderr.write('\\n' + JSON.stringify(Object.keys(Module._cache))));`;

interface Conclusion {
  code: number;
  output: string;
  packages: string[];
}

/** Runs a command to its end, in a process of its own and without configuration. */
function run(...args: string[]): Promise<Conclusion> {
  const tool = require.resolve('../../src/cli');
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--import', LISTS_MODULES, tool, ...args],
      { env: {} },
      (error, stdout, stderr) => {
        const end = stderr.lastIndexOf('\n');
        const files = JSON.parse(stderr.slice(end)) as string[];
        const packages = files.map(
          (file) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? 'usher',
        );
        const code = typeof error?.code === 'number' ? error.code : 0;
        resolve({ code, output: stdout + stderr.slice(0, end), packages: [...new Set(packages)] });
      },
    );
  });
}

describe('The command line tool', () => {
  it.each<[string, number, string[]]>([
    ['Usage: usher [options] [command]', 0, ['--help']],
    ['Usage: usher api-keys create [options]', 0, ['api-keys', 'create', '--help']],
    ['(Did you mean reconcile?)', 1, ['recondile']],
    ["required option '--organization <id>' not specified", 1, ['api-keys', 'list']],
    ["unknown option '--nmae'", 1, ['organizations', 'create', '--name', 'Fika', '--nmae', 'Fika']],
    ['Must have 1 to 120 characters.', 1, ['organizations', 'create', '--name', ' ']],
    [
      'Allowed choices are all, good.',
      1,
      ['attendees', 'import', 'a.csv', '--organization', 'org_x', '--event', 'evt_x', '--mode', 'some'],
    ],
    ['Must be a whole number from 1.', 1, ['mail', 'list-failed', '--limit', 'all']],
  ])('says "%s" with %d without loading the app', async (message, code, args) => {
    const conclusion = await run(...args);
    expect(conclusion).toMatchObject({ code, output: expect.stringContaining(message) as string });
    expect(conclusion.packages.sort()).toEqual(['commander', 'luxon', 'usher']);
  });

  it('loads the app for what only the app can judge', async () => {
    const conclusion = await run('api-keys', 'create', '--organization', 'x', '--name', 'A', '--scopes', 'y');
    expect(conclusion).toMatchObject({
      code: 1,
      output: expect.stringMatching(/^error: option '--scopes <scopes>' argument 'y' is invalid. Unknown: y/),
    });
    expect(conclusion.packages).toEqual(expect.arrayContaining(['@nestjs/core', 'typeorm']));
  });
});
