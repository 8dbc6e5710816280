import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The repository, seen from the compiled tests. */
export const ROOT = join(__dirname, '../../..');

/** Every page that people read. */
export const PAGES = ['.', 'docs', 'docs/adr', 'bench', 'test/chaos']
  .flatMap((folder) => readdirSync(join(ROOT, folder)).map((file) => join(folder, file)))
  .filter((file) => file.endsWith('.md'));

/** A fenced block of a page. */
export interface Block {
  language: string;
  text: string;
  /** `docs/guide.md:12`. */
  place: string;
}

export function readPage(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8');
}

export function blocksOf(page: string, ...languages: string[]): Block[] {
  const text = readPage(page);
  const blocks = [...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(
    ([, language, inside], index, all) => ({
      language: language!,
      text: inside!,
      place: `${page}:${lineOf(text, all[index]!.index)}`,
    }),
  );
  return blocks.filter(({ language }) => languages.includes(language));
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
