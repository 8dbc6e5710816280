import { blocksOf, readPage } from './markdown';

/** Programs with which a command begins; what is inline and begins otherwise is code or a name. */
const INLINE =
  /(?<!`)`((?:[A-Z_]+=\S+ |[A-Z_]+=\$\([^)]*\) )*(?:npm|npx|docker|pg_\w+|createdb|psql) [^`]+)`/g;

/** Pages of which every block is run, one after another: by test/docs/snippets.spec.ts and test/pages/extending.spec.ts. */
const RUN_AS_A_WHOLE = ['docs/guide.md', 'docs/extending.md', 'docs/webhooks.md'];

/** Every command of a page: in blocks, in lines that are indented as blocks, and in sentences. */
export function commandsOf(page: string): string[] {
  const text = readPage(page);
  const prose = text.replace(/^```[\s\S]*?^```$/gm, '');
  const indented = [...prose.matchAll(/^ {4}(npm .*)$/gm)].map(([, line]) => line!);
  const inline = [...prose.matchAll(INLINE)].map(([, command]) => command!);
  const blocks = RUN_AS_A_WHOLE.includes(page)
    ? []
    : blocksOf(page, 'sh')
        .map(({ text: lines }) => lines)
        // Run by test/docs/snippets.spec.ts and npm run test:compose.
        .filter((lines) => !lines.startsWith('. .data/demo.env'))
        .flatMap((lines) => lines.split('\n'));
  return [...blocks, ...indented, ...inline].flatMap(simpleCommands);
}

/** Without comments and variables. */
function simpleCommands(line: string): string[] {
  return line
    .replace(/ *#.*$/, '')
    .replace(/\s+/g, ' ')
    .split(' && ')
    .map((command) => command.replace(/^((\w+=\$\([^)]*\)|\w+="[^"]*"|\w+=\S+) )*/, '').trim())
    .filter((command) => command !== '');
}
