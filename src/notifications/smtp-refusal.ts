/** How a mail server has refused a command. */
export interface SmtpRefusal {
  command: string;
  responseCode: number;
  /** The reply as it came. */
  response: string;
}

/** The server asks for a login or another one, or TLS (RFC 4954, section 6), or wants to hear something else before. */
const ABOUT_THE_SESSION = [503, 530, 534, 535, 538];

/** The sender's address, the server itself (but not that a mail is too big for it), security or policy (RFC 3463). */
const ABOUT_THE_SENDER = /^5\.(1\.[78]|3\.(?!4$)\d+|7\.\d+)$/;

/**
 * Whether a mail is to be given up. A 5xx reply is final (RFC 5321, section 4.2.1) when it is about this recipient or
 * this content: a wrong setting is no reason to give a mail up. Many servers tell of the sender no sooner than at RCPT TO
 * or behind DATA, so the enhanced status code decides there (RFC 2034). A reply without one is about the recipient at RCPT
 * TO, and behind DATA may be about anything.
 */
export function isFinal({ command, responseCode, response }: SmtpRefusal): boolean {
  if (responseCode < 500 || ABOUT_THE_SESSION.includes(responseCode)) return false;
  const [, status] = /^\d{3}[ -](5\.\d{1,3}\.\d{1,3})\b/.exec(response) ?? [];
  if (status && ABOUT_THE_SENDER.test(status)) return false;
  return command === 'RCPT TO' || (command === 'DATA' && status !== undefined);
}
