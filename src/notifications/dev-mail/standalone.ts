import type { Email } from 'postal-mime';
import { PRIVATE_HEADERS } from '../../common/pages/page';

/** A mail may hold anything: it may show itself and open its links in new windows, and nothing else. */
export const FRAME_HEADERS = {
  ...PRIVATE_HEADERS,
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': [
    `default-src 'none'`,
    `style-src 'unsafe-inline'`,
    'img-src data:',
    `base-uri 'none'`,
    `form-action 'none'`,
    `frame-ancestors 'self'`,
    'sandbox allow-popups allow-popups-to-escape-sandbox',
  ].join('; '),
} as const;

/** The HTML part of a mail with the pictures that are attached to it inside, as a mail program shows it. */
export function standalone({ html = '', attachments }: Email): string {
  const pictures = new Map(
    attachments.map(({ contentId, mimeType, content }) => {
      return [contentId, `data:${mimeType};base64,${Buffer.from(content as ArrayBuffer).toString('base64')}`];
    }),
  );
  return html
    .replace(/(?<=")cid:([^"]*)(?=")/g, (source, id) => pictures.get(`<${id}>`) ?? source)
    .replace('<head>', '<head><base target="_blank" />');
}
