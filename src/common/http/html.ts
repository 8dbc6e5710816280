/** Markup that may stand in HTML as it is. Only `html` and `trusted` make it. */
export class Html {
  constructor(readonly markup: string) {}

  toString(): string {
    return this.markup;
  }
}

type Content = Html | string | number | null | undefined | false | readonly Content[];

/**
 * Builds HTML. Whatever is put in is text and gets escaped, but for what `html` has built itself; null, undefined and
 * false are left out. Attribute values must stand in double quotes.
 */
export function html(parts: TemplateStringsArray, ...contents: Content[]): Html {
  return new Html(parts.reduce((before, part, index) => before + markupOf(contents[index - 1]) + part));
}

/** Markup from a source that nobody outside can influence. */
export function trusted(markup: string): Html {
  return new Html(markup);
}

function markupOf(content: Content): string {
  if (content === null || content === undefined || content === false) return '';
  if (content instanceof Html) return content.markup;
  if (typeof content === 'object') return content.map(markupOf).join('');
  return String(content).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
