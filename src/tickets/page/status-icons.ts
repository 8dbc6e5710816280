import { type Html, html } from '../../common/http/html';
import type { HeldStatus } from '../ticket-status';

/** A shape for each status, for those who do not see its colour. */
export const STATUS_ICONS: Record<HeldStatus, Html> = {
  valid: icon(html`<circle cx="10" cy="10" r="8" /><path d="m6.2 10.3 2.6 2.6 5-5.6" />`),
  checked_in: icon(html`<path d="m1.5 10.5 4 4 7-8.5M9.5 13.3l1.2 1.2 7.3-8.5" />`),
  pending_approval: icon(html`<circle cx="10" cy="10" r="8" /><path d="M10 5.5V10l3 2" />`),
  invited: icon(html`<path d="M2 4.5h16v11H2zl8 6.2 8-6.2" />`),
  rejected: icon(html`<path d="M6.5 2h7L18 6.5v7L13.5 18h-7L2 13.5v-7zM7 7l6 6m0-6-6 6" />`),
};

/** For an event that may not take place. */
export const NOT_ACTIVE_ICON = icon(html`<path d="M10 2.5 18.5 17h-17zM10 8v4.5m0 1.6v.9" />`);

function icon(shape: Html): Html {
  return html`<svg
    viewBox="0 0 20 20"
    fill="none"
    stroke="currentColor"
    stroke-width="1.75"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    ${shape}
  </svg>`;
}
