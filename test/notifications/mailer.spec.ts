import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { PinoLogger } from 'nestjs-pino';
import type { Email } from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { MailFolder } from '../../src/notifications/mail-folder';
import { Mailer } from '../../src/notifications/mailer';
import { PermanentFailure } from '../../src/notifications/message-handlers';
import { testEnvironment } from '../support/environment';
import { freePort } from '../support/free-port';
import { startMailServer } from '../support/mail-server';

type Command = 'AUTH PLAIN' | 'MAIL FROM' | 'RCPT TO' | 'DATA';

/** A server that answers a command with this reply. */
function refusing(command: Command, reply: string): SMTPServerOptions {
  const error = Object.assign(new Error(reply.slice(4)), { responseCode: Number(reply.slice(0, 3)) });
  const refuse = (_data: unknown, _session: unknown, done: (error: Error) => void) => done(error);
  switch (command) {
    case 'AUTH PLAIN':
      return { onAuth: refuse };
    case 'MAIL FROM':
      return { onMailFrom: refuse };
    case 'RCPT TO':
      return { onRcptTo: refuse };
    case 'DATA':
      return { onData: (stream, _session, done) => stream.resume().on('end', () => done(error)) };
  }
}

describe('A mail that is refused', () => {
  let server: SMTPServer | undefined;
  let mailer: Mailer | undefined;

  afterEach(() => {
    mailer?.onApplicationShutdown();
    server?.close();
  });

  it.each<[Command, string]>([
    ['RCPT TO', '550 <ada@example.org> is not here'],
    ['RCPT TO', '550 5.1.1 <ada@example.org>: unknown user'],
    ['RCPT TO', '550 5.1.10 Recipient not found'],
    ['RCPT TO', '552 5.2.2 Mailbox full'],
    ['RCPT TO', '550 5.4.1 Recipient address rejected: Access denied'],
    ['RCPT TO', '550 5.5.0 Requested action not taken: mailbox unavailable'],
    ['DATA', '552 5.3.4 Message too big'],
    ['DATA', '554 5.6.0 Message content rejected'],
    ['DATA', '550 5.1.1 Unknown user'],
  ])('to %s with "%s" is given up', async (command, reply) => {
    const failure = await failureOf(await urlOf(refusing(command, reply)));
    expect(failure).toBeInstanceOf(PermanentFailure);
    expect(failure.message).toBe(`The mail server answered ${reply.slice(0, 3)} to ${command}`);
  });

  it.each<[Command, string]>([
    ['AUTH PLAIN', '535 5.7.8 Authentication credentials invalid'],
    ['MAIL FROM', '553 <tickets@example.org> is not welcome'],
    ['MAIL FROM', '550 5.1.1 <tickets@example.org>: unknown user'],
    ['RCPT TO', '450 4.7.1 <ada@example.org>: greylisted'],
    ['RCPT TO', '503 AUTH first'],
    ['RCPT TO', '530 Authentication required'],
    ['RCPT TO', '550 5.1.8 Bad sender system address'],
    ['RCPT TO', '553 5.7.1 <tickets@example.org>: Sender address rejected: not owned by user'],
    ['RCPT TO', '554 5.7.1 <ada@example.org>: Relay access denied'],
    ['RCPT TO', '554 5.3.2 System not accepting network messages'],
    ['DATA', '452 4.3.1 Insufficient system storage'],
    ['DATA', '550 5.7.26 This mail is unauthenticated'],
    ['DATA', '554 Message rejected: Email address is not verified'],
  ])('to %s with "%s" is tried again', async (command, reply) => {
    const failure = await failureOf(await urlOf(refusing(command, reply)));
    expect(failure).not.toBeInstanceOf(PermanentFailure);
    expect(failure.message).toBe(`The mail server answered ${reply.slice(0, 3)} to ${command}`);
  });

  it('because it has no address is given up', async () => {
    const failure = await failureOf(await urlOf({}), '');
    expect(failure).toBeInstanceOf(PermanentFailure);
  });

  it('because the server hangs up is tried again, by the outbox and not by the mailer', async () => {
    const sockets: Socket[] = [];
    const url = await urlOf({ onData: () => sockets.at(-1)!.destroy() });
    server!.server.on('connection', (socket: Socket) => sockets.push(socket));
    const failure = await failureOf(url);
    expect(failure).not.toBeInstanceOf(PermanentFailure);
    expect(failure.message).toBe('The mail could not be submitted: ECONNECTION');
    expect(sockets).toHaveLength(1);
  });

  it('because nobody listens is tried again', async () => {
    const failure = await failureOf(`smtp://127.0.0.1:${await freePort()}`);
    expect(failure).not.toBeInstanceOf(PermanentFailure);
    expect(failure.message).toBe('The mail could not be submitted: ESOCKET');
  });

  async function urlOf(options: SMTPServerOptions): Promise<string> {
    const credentials = options.onAuth ? 'usher:guess@' : '';
    server = new SMTPServer({
      authOptional: true,
      allowInsecureAuth: true,
      disabledCommands: ['STARTTLS'],
      // It sends replies as they are.
      hideENHANCEDSTATUSCODES: true,
      ...options,
    });
    server.listen(0, '127.0.0.1');
    await once(server.server, 'listening');
    const { port } = server.server.address() as { port: number };
    return `smtp://${credentials}127.0.0.1:${port}`;
  }

  async function failureOf(url: string, to = 'ada@example.org'): Promise<Error> {
    const environment = testEnvironment({ SMTP_URL: url });
    mailer = new Mailer(environment, new MailFolder(environment), {} as PinoLogger);
    return mailer.send({ id: 'msg_1', to, subject: 'Hello', text: 'Hello' }).then(
      () => Promise.reject(new Error('It was sent')),
      (failure: Error) => failure,
    );
  }
});

describe('The sender of a mail', () => {
  it.each([
    ['Tickets <tickets@example.org>', 'Tickets', 'tickets@example.org'],
    ['tickets@example.org', '', 'tickets@example.org'],
    ['Gala: Tickets <tickets@example.org>', 'Gala: Tickets', 'tickets@example.org'],
    ['"Usher <tickets@example.org>', '"Usher', 'tickets@example.org'],
    ['Müller (GmbH) <tickets@example.org>', 'Müller (GmbH)', 'tickets@example.org'],
    ['tickets@münchen.de', '', 'tickets@xn--mnchen-3ya.de'],
  ])('is %s', async (MAIL_FROM, name, address) => {
    const { mail, envelope } = await sentFrom(MAIL_FROM);
    expect(mail.from).toEqual({ name, address });
    // The server reads domains as people do.
    expect(envelope).toBe(address.replace('xn--mnchen-3ya', 'münchen'));
    expect(mail.messageId).toBe(`<msg_1@${address.split('@')[1]}>`);
  });
});

async function sentFrom(MAIL_FROM: string): Promise<{ mail: Email; envelope: string }> {
  const server = await startMailServer();
  const environment = testEnvironment({ SMTP_URL: server.url, MAIL_FROM });
  const mailer = new Mailer(environment, new MailFolder(environment), {} as PinoLogger);
  await mailer.send({ id: 'msg_1', to: 'ada@example.org', subject: 'Hello', text: 'Hello' });
  mailer.onApplicationShutdown();
  await server.close();
  return { mail: server.mails[0]!, envelope: server.senders[0]! };
}
