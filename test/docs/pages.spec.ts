import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PAGES, readPage, ROOT } from '../support/markdown';

/** As GitHub makes them of headings. */
function anchorsOf(page: string): string[] {
  const headings = [...readPage(page).matchAll(/^#+ (.*)$/gm)].map(([, heading]) => heading!);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

describe('The pages', () => {
  it.each(PAGES)('%s links to what there is', (page) => {
    const links = [...readPage(page).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)];
    const broken = links.filter(([, file, anchor]) => {
      const target = file ? join(dirname(page), file) : page;
      return !existsSync(join(ROOT, target)) || (anchor && !anchorsOf(target).includes(anchor));
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });

  it('docs/architecture.md names every folder of src, and files that there are', () => {
    const page = readPage('docs/architecture.md');
    const folders = [...page.matchAll(/^([\w-]+)\/ +\w/gm)].map(([, folder]) => folder);
    const all = readdirSync(join(ROOT, 'src'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    expect(folders.sort()).toEqual(all.map(({ name }) => name).sort());
    const files = [...page.matchAll(/`([\w./-]+\.ts)`/g)].map(([, file]) => file!);
    expect(files.length).toBeGreaterThan(10);
    expect(files.filter((file) => !existsSync(join(ROOT, 'src', file)))).toEqual([]);
  });
});
