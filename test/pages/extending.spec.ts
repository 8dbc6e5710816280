import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { blocksOf } from '../support/markdown';
import { Workshop } from '../support/workshop';

jest.setTimeout(300_000);

const PAGE = 'docs/extending.md';

describe('The module of docs/extending.md', () => {
  let workshop: Workshop;

  beforeAll(async () => {
    workshop = await Workshop.create();
  });
  afterAll(() => workshop.remove());

  it('is built, migrated and tested by what the page says', async () => {
    const [copyOver, build, ...beforeCommit] = blocksOf(PAGE, 'sh').map(({ text }) => text);
    await workshop.run(copyOver!);
    await addToList();
    expect(await workshop.run(build!)).toContain('The migrations make what the entities say.');
    // Run in the repository itself, where they take minutes.
    expect(beforeCommit.map((text) => text.match(/^npm[\w: ]+/gm)?.map((line) => line.trim()))).toEqual([
      ['npm run check', 'npm run docs:openapi', 'npm test'],
    ]);
  });

  /** The two lines that the page asks for. */
  async function addToList(): Promise<void> {
    const [, file, importing] = /^\/\/ (\S+)\n(import .*\n)/.exec(blocksOf(PAGE, 'ts')[0]!.text)!;
    const list = await readFile(join(workshop.folder, file!), 'utf8');
    const longer = list.replace(/(API_MODULES: ApiModule\[\] = \[[^\]]*?),?\s*\]/, '$1, LoyaltyModule]');
    await writeFile(join(workshop.folder, file!), importing! + longer);
  }
});
