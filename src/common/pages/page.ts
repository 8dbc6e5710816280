import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Html, html, trusted } from '../http/html';

/**
 * How pages for people look and what their browser may do with them. Nothing runs and nothing is loaded from anywhere;
 * the one stylesheet stands in the page and is known by its hash.
 */
export class PageDesign {
  readonly headers: Readonly<Record<string, string>>;
  private readonly styles: string;

  /** The stylesheet follows the one that all pages share. Whatever else the browser may do stands in `directives`. */
  constructor(stylesheet: string, directives: readonly string[] = []) {
    this.styles = readStyles(join(__dirname, 'page.css')) + readStyles(stylesheet);
    const hash = createHash('sha256').update(this.styles).digest('base64');
    this.headers = {
      ...PRIVATE_HEADERS,
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': [
        `default-src 'none'`,
        `style-src 'sha256-${hash}'`,
        ...directives,
        `base-uri 'none'`,
        `form-action 'none'`,
        `frame-ancestors 'none'`,
      ].join('; '),
    };
  }

  page(title: string, body: Html): string {
    return html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <title>${title}</title>
          <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
          <meta name="robots" content="noindex, nofollow, noarchive" />
          <meta name="color-scheme" content="light dark" />
          <meta name="theme-color" content="#f4f0e8" media="(prefers-color-scheme: light)" />
          <meta name="theme-color" content="#171411" media="(prefers-color-scheme: dark)" />
          <meta name="format-detection" content="telephone=no, address=no, email=no" />
          ${trusted(`<style>${this.styles}</style>`)}
        </head>
        <body>
          ${body}
        </body>
      </html> `.markup;
  }

  /** A page that says why there is nothing else on it. */
  notice(title: string, explanation: string): string {
    return this.page(
      title,
      html`<main class="notice">
        <h1>${title}</h1>
        <p>${explanation}</p>
      </main>`,
    );
  }
}

/** For what shows who goes where to whoever has its address. */
export const PRIVATE_HEADERS = {
  // It must be the present state, and a shared computer must not keep it.
  'Cache-Control': 'private, no-store',
  // Its address is the key to it: no search engine and no page that it links to may learn it.
  'X-Robots-Tag': 'noindex, nofollow, noarchive',
  'Referrer-Policy': 'no-referrer',
} as const;

function readStyles(file: string): string {
  return readFileSync(file, 'utf8').replace(/\/\*.*?\*\/|\s+/gs, ' ');
}
