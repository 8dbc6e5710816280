import { once } from 'node:events';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';

export type TakenMail = Email & {
  /** When the server took it, by the clock of the tests, in milliseconds. */
  takenAt: number;
};

export interface MailServer {
  /** For `SMTP_URL`. */
  url: string;
  /** The mails it has taken, oldest first. */
  mails: TakenMail[];
  /** Who sent them, by their envelopes. */
  senders: string[];
  /** Answers every recipient with this code; undefined takes the mail again. */
  refuseWith(code: number | undefined): void;
  /** From now on keeps whoever submits a mail waiting for the answer. */
  stall(): void;
  /** How many it has kept waiting. */
  stalled(): number;
  /** Takes the mails of those who still wait, and answers at once again. */
  resume(): void;
  close(): Promise<void>;
}

/** A real SMTP server that keeps what it is sent. */
export async function startMailServer({ host = '127.0.0.1', port = 0 } = {}): Promise<MailServer> {
  const mails: TakenMail[] = [];
  const senders: string[] = [];
  let refusal: number | undefined;
  let stalled: { id: string; take: () => void }[] | undefined;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: ({ address }, _session, done) => {
      // With the address, as mail servers do.
      const error = new Error(`<${address}>: no such mailbox`);
      done(refusal ? Object.assign(error, { responseCode: refusal }) : null);
    },
    // Who has hung up has no mail to be taken.
    onClose: ({ id }) => (stalled = stalled?.filter((waiting) => waiting.id !== id)),
    onData: (stream, { id, envelope }, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const take = () =>
          void PostalMime.parse(Buffer.concat(chunks)).then((mail) => {
            mails.push({ ...mail, takenAt: Date.now() });
            senders.push(envelope.mailFrom ? envelope.mailFrom.address : '');
            done();
          });
        if (!stalled) take();
        else stalled.push({ id, take });
      });
    },
  });
  // A client that is killed may reset its connection.
  server.on('error', () => undefined);
  server.listen(port, host);
  await once(server.server, 'listening');
  const address = server.server.address() as { port: number };
  return {
    url: `smtp://127.0.0.1:${address.port}`,
    mails,
    senders,
    refuseWith: (code) => (refusal = code),
    stall: () => (stalled = []),
    stalled: () => stalled?.length ?? 0,
    resume() {
      stalled?.forEach(({ take }) => take());
      stalled = undefined;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
