import { html } from '../../common/http/html';
import { page } from './page';

/** A page that says why there are no tickets on it. */
export function noticePage(title: string, explanation: string): string {
  return page(
    title,
    html`<main class="notice">
      <h1>${title}</h1>
      <p>${explanation}</p>
    </main>`,
  );
}
