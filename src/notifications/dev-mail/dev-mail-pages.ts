import { join } from 'node:path';
import type { Address, Email } from 'postal-mime';
import { type Html, html } from '../../common/http/html';
import { PageDesign } from '../../common/pages/page';

export const DEV_MAIL_PAGES = new PageDesign(join(__dirname, 'dev-mail.css'), [`frame-src 'self'`]);

export const NO_SUCH_MAIL = DEV_MAIL_PAGES.notice(
  'No such mail',
  'No mail with this id was written, or somebody has removed its file.',
);

export function mailListPage(mails: readonly { id: string; mail: Email }[]): string {
  return DEV_MAIL_PAGES.page(
    'Mail',
    html`<header>
        <h1>Mail</h1>
        <p class="about">
          Without a mail server Usher writes its mail to files. These are the last ones. In production nobody
          can see this page.
        </p>
      </header>
      <main>
        ${
          mails.length === 0
            ? html`<p class="none">
                No mail yet. Issue a ticket with "send_email": true, and load this page again.
              </p>`
            : html`<ol class="mails">
                ${mails.map(({ id, mail }) => row(id, mail))}
              </ol>`
        }
      </main>`,
  );
}

function row(id: string, { subject, to, date }: Email): Html {
  return html`<li>
    <a href="/dev/mail/${id}"><bdi>${subject}</bdi></a>
    <p>to <bdi>${to?.map(mailbox).join(', ')}</bdi>, ${time(date)}</p>
  </li>`;
}

export function mailPage(id: string, mail: Email): string {
  const { subject, from, to, date, messageId, text, attachments } = mail;
  return DEV_MAIL_PAGES.page(
    subject ?? 'Mail',
    html`<header>
        <p><a class="action" href="/dev/mail">All mail</a></p>
        <h1 class="subject"><bdi>${subject}</bdi></h1>
        <dl class="headers">
          ${field('From', from && mailbox(from))} ${field('To', to?.map(mailbox).join(', '))}
          ${field('Date', time(date))} ${field('Message-ID', messageId)}
          ${field('Attached', attachments.map(({ filename }) => filename).join(', '))}
        </dl>
        <p>
          <a class="action" href="/dev/mail/${id}/file">Open in a mail program</a>
          <a class="action" href="/dev/mail/${id}/html">HTML alone</a>
        </p>
      </header>
      <main>
        <h2>HTML</h2>
        <iframe
          src="/dev/mail/${id}/html"
          title="The HTML part of this mail"
          sandbox="allow-popups allow-popups-to-escape-sandbox"
        ></iframe>
        <h2>Text</h2>
        <pre tabindex="0">${text}</pre>
      </main>`,
  );
}

function field(name: string, value: Html | string | undefined): Html {
  return html`<div>
    <dt>${name}</dt>
    <dd><bdi>${value}</bdi></dd>
  </div>`;
}

function mailbox({ name, address }: Address): string {
  return name ? `${name} <${address}>` : (address ?? '');
}

function time(date: string | undefined): Html | undefined {
  const at = date === undefined ? undefined : new Date(date);
  if (!at || Number.isNaN(at.getTime())) return undefined;
  const iso = at.toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 10)}, ${iso.slice(11, 19)} UTC</time>`;
}
