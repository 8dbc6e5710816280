import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { blocksOf, readPage, ROOT } from '../support/markdown';

const PAGE = 'docs/extending.md';

/** That it is built and works is tried by test/pages/extending.spec.ts. */
describe('The module of docs/extending.md', () => {
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
});

/** Prettier indents and wraps a quotation as if it stood alone. */
function inOneLine(code: string): string {
  return code.replace(/\s+/g, ' ').trim();
}
