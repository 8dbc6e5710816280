import { once } from 'node:events';
import type { Socket } from 'node:net';
import type { PinoLogger } from 'nestjs-pino';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { MailFolder } from '../../src/notifications/mail-folder';
import { Mailer } from '../../src/notifications/mailer';
import { PermanentFailure } from '../../src/notifications/message-handlers';
import { testEnvironment } from '../support/environment';
import { freePort } from '../support/free-port';

/** What the server says may quote people, as mail servers do. */
function reply(responseCode: number): Error {
  return Object.assign(new Error('<ada@example.org> is not welcome'), { responseCode });
}

describe('A mail that is refused', () => {
  let server: SMTPServer | undefined;
  let mailer: Mailer | undefined;

  afterEach(() => {
    mailer?.onApplicationShutdown();
    server?.close();
  });

  it.each<[string, boolean, SMTPServerOptions]>([
    ['550 to RCPT TO', true, { onRcptTo: (_address, _session, done) => done(reply(550)) }],
    ['450 to RCPT TO', false, { onRcptTo: (_address, _session, done) => done(reply(450)) }],
    [
      '554 to DATA',
      true,
      { onData: (stream, _session, done) => stream.resume().on('end', () => done(reply(554))) },
    ],
    [
      '452 to DATA',
      false,
      { onData: (stream, _session, done) => stream.resume().on('end', () => done(reply(452))) },
    ],
    ['553 to MAIL FROM', false, { onMailFrom: (_address, _session, done) => done(reply(553)) }],
    ['535 to AUTH PLAIN', false, { onAuth: (_auth, _session, done) => done(reply(535)) }],
  ])('with %s is given up: %s', async (words, final, options) => {
    const failure = await failureOf(await urlOf(options));
    expect(failure instanceof PermanentFailure).toBe(final);
    expect(failure.message).toBe(`The mail server answered ${words}`);
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
