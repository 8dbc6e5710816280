import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { createTransport, type SendMailOptions, type Transporter } from 'nodemailer';
import { ENVIRONMENT, type Environment } from '../common/config/environment';
import { MailFolder } from './mail-folder';
import { PermanentFailure } from './message-handlers';
import { isFinal, type SmtpRefusal } from './smtp-refusal';

/**
 * How long a mail server may take with a mail, all in all. Whoever hangs up while it still looks at what it has got is
 * likely to send twice (RFC 5321, section 4.5.3.2.6), so its silence is borne as long.
 */
const SUBMIT_MS = 60_000;

export interface Mail extends Pick<SendMailOptions, 'to' | 'subject' | 'html' | 'text' | 'attachments'> {
  /** Id of the outbox message: makes the `Message-ID`, so that a second copy can be recognised as one. */
  id: string;
}

/** Sends mail by SMTP, or without a mail server writes it to files that people can open. */
@Injectable()
export class Mailer implements OnApplicationShutdown {
  private readonly transporter: Transporter;

  constructor(
    @Inject(ENVIRONMENT) private readonly environment: Environment,
    private readonly folder: MailFolder,
    private readonly logger: PinoLogger,
  ) {
    this.transporter = environment.smtpUrl
      ? createTransport({
          url: environment.smtpUrl,
          pool: true,
          // Whether and when to try again is the outbox's to decide.
          maxRequeues: 0,
          connectionTimeout: 10_000,
          socketTimeout: SUBMIT_MS,
        })
      : createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  }

  /** Where answers to a mail go. */
  get senderAddress(): string {
    return this.environment.mailFrom.address;
  }

  /** Resolves when the mail server has taken the mail. Throws `PermanentFailure` when it never will. */
  async send({ id, ...mail }: Mail): Promise<void> {
    const options = {
      ...mail,
      from: this.environment.mailFrom,
      messageId: `<${id}@${this.senderAddress.split('@').at(-1)}>`,
      // RFC 3834: keeps vacation responders quiet.
      headers: { 'Auto-Submitted': 'auto-generated' },
    };
    if (this.environment.smtpUrl) await this.submit(options);
    else await this.write(id, options);
  }

  onApplicationShutdown(): void {
    this.transporter.close();
  }

  private async submit(options: SendMailOptions): Promise<void> {
    const signal = AbortSignal.timeout(SUBMIT_MS);
    await this.transporter.sendMail({ ...options, signal }).catch(rethrow);
  }

  private async write(id: string, options: SendMailOptions): Promise<void> {
    const { message } = (await this.transporter.sendMail(options)) as { message: Buffer };
    this.logger.info(`Mail written: ${await this.folder.write(id, message)}`);
  }
}

/** The server's words may quote addresses, which are not for logs. */
function rethrow(error: unknown): never {
  const { code } = error as { code?: string };
  if (isRefusal(error)) {
    const message = `The mail server answered ${error.responseCode} to ${error.command}`;
    throw isFinal(error) ? new PermanentFailure(message) : new Error(message);
  }
  if (code === 'EENVELOPE') throw new PermanentFailure('The mail has no address to be sent to');
  throw new Error(`The mail could not be submitted: ${code}`);
}

function isRefusal(error: unknown): error is SmtpRefusal {
  return (error as Partial<SmtpRefusal>).responseCode !== undefined;
}
