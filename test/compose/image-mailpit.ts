/** Stands in for the image axllent/mailpit: takes mail on port 1025, shows it on 8025, and `readyz` asks whether it does. */
import { createServer } from 'node:http';
import { startMailServer } from '../support/mail-server';

const PORT = 8025;

async function serve(): Promise<void> {
  const { mails } = await startMailServer({ host: '0.0.0.0', port: 1025 });
  createServer((request, response) => {
    if (request.url === '/readyz') return response.end('ok');
    const messages = mails.map(({ subject, to }) => ({ Subject: subject, To: to }));
    return response.end(JSON.stringify({ total: mails.length, messages }));
  }).listen(PORT);
}

async function ask(): Promise<void> {
  const { ok } = await fetch(`http://127.0.0.1:${PORT}/readyz`);
  process.exitCode = ok ? 0 : 1;
}

void (process.argv[2] === 'readyz' ? ask() : serve());
