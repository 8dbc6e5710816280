import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Html, html, trusted } from '../../common/http/html';

const STYLES = readFileSync(join(__dirname, 'page.css'), 'utf8').replace(/\/\*.*?\*\/|\s+/gs, ' ');
const STYLES_HASH = createHash('sha256').update(STYLES).digest('base64');

/** For a page that shows who goes where to whoever has its address. */
export const PAGE_HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  // Nothing runs and nothing is loaded from anywhere; the one stylesheet is known by its hash.
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${STYLES_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  // Its status must be the present one, and a shared computer must not keep it.
  'Cache-Control': 'private, no-store',
  // Its address is the key to it: no search engine and no page that it links to may learn it.
  'X-Robots-Tag': 'noindex, nofollow, noarchive',
  'Referrer-Policy': 'no-referrer',
} as const;

export function page(title: string, body: Html): string {
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
        ${trusted(`<style>${STYLES}</style>`)}
      </head>
      <body>
        ${body}
      </body>
    </html> `.markup;
}
