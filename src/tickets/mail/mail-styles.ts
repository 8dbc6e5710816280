import type { HeldStatus } from '../ticket-status';

const SANS = `font-family: -apple-system, Segoe UI, Roboto, Helvetica, Arial, sans-serif`;
const SERIF = `font-family: Iowan Old Style, Palatino Linotype, Palatino, Georgia, serif`;
const MONO = `font-family: Menlo, Consolas, Liberation Mono, monospace`;

/** The colours of the ticket page. */
export const TONES: Record<HeldStatus, string> = {
  valid: '#14623a',
  checked_in: '#34506f',
  pending_approval: '#875200',
  invited: '#875200',
  rejected: '#9d2323',
};

/** Values of `style` attributes. */
export const STYLE = {
  body: `margin: 0; padding: 0; background: #f4f0e8; word-break: break-word`,
  // Again, for programs that keep of the body only what is in it.
  paper: `background: #f4f0e8`,
  preview: `display: none; max-height: 0; overflow: hidden; mso-hide: all`,
  organizer: `${SANS}; margin: 0 0 6px; font-size: 13px; line-height: 20px; font-weight: 600; letter-spacing: 1px; text-transform: uppercase; color: #8a2d3b`,
  title: `${SERIF}; margin: 0 0 20px; font-size: 34px; line-height: 40px; font-weight: 600; color: #211b17`,
  lead: `${SANS}; margin: 0 0 12px; font-size: 17px; line-height: 26px; color: #211b17`,
  words: `padding: 4px 0 4px 16px; border-left: 3px solid #8a2d3b`,
  quote: `${SANS}; margin: 4px 0 0; font-size: 16px; line-height: 24px; color: #211b17`,
  small: `${SANS}; margin: 0; font-size: 14px; line-height: 21px; color: #6a6057`,
  why: `${SANS}; margin: 20px 0 0; font-size: 14px; line-height: 21px; color: #6a6057`,
  facts: `margin: 16px 0 24px; border-top: 1px solid #d8cfc1; border-bottom: 1px solid #d8cfc1`,
  fact: `${SANS}; padding: 18px 24px 18px 0; font-size: 16px; line-height: 24px; color: #211b17`,
  link: `color: #8a2d3b; font-weight: 600`,
  card: `margin: 0 0 14px; background: #ffffff; border: 1px solid #d8cfc1; border-radius: 14px; border-collapse: separate`,
  about: `padding: 20px 20px 22px 22px`,
  status: `${SANS}; margin: 0 0 10px; font-size: 15px; line-height: 22px; font-weight: 700`,
  ticketClass: `${SERIF}; margin: 0; font-size: 24px; line-height: 30px; font-weight: 600; color: #211b17`,
  holder: `${SANS}; margin: 2px 0 14px; font-size: 16px; line-height: 24px; color: #211b17`,
  instead: `${SANS}; margin: 14px 0 0; font-size: 15px; line-height: 22px; color: #6a6057`,
  code: `padding: 16px 16px 14px`,
  picture: `display: block; border: 0; border-radius: 8px; background: #ffffff`,
  barcode: `${MONO}; margin: 6px 0 0; font-size: 12px; line-height: 18px; color: #6a6057`,
  button: `${SANS}; display: inline-block; padding: 14px 26px; font-size: 16px; line-height: 20px; font-weight: 600; color: #ffffff; text-decoration: none; border-radius: 8px; background: #8a2d3b`,
} as const;

/** For the programs that read style sheets. */
export const DARK_AND_NARROW = `
:root { color-scheme: light dark; }
@media (max-width: 480px) {
  .stack { display: block !important; width: auto !important; }
  .fact + .fact { padding-top: 0 !important; }
}
@media (prefers-color-scheme: dark) {
  .paper { background: #171411 !important; }
  .card { background: #241f1b !important; border-color: #463e36 !important; }
  .line { border-color: #463e36 !important; }
  .ink { color: #f4ede3 !important; }
  .muted { color: #b8ac9e !important; }
  .accent { color: #f2a593 !important; }
  .words { border-color: #f2a593 !important; }
  .button { background: #f2a593 !important; color: #171411 !important; }
  .valid { color: #7fd3a2 !important; }
  .checked_in { color: #a9c4e4 !important; }
  .pending_approval, .invited { color: #f0bf6c !important; }
  .rejected { color: #ffa198 !important; }
}`;
