import { createHmac, randomBytes } from 'node:crypto';

const PREFIX = 'whsec_';

/** As the Standard Webhooks specification writes secrets: 256 random bits in base64 behind a prefix. */
export function generateSecret(): string {
  return PREFIX + randomBytes(32).toString('base64');
}

export interface SignedMessage {
  id: string;
  sentAt: Date;
  body: string;
}

/**
 * The headers of https://www.standardwebhooks.com, with one signature for each secret that is valid. The time is that of
 * the attempt: receivers refuse old ones, so that nobody can replay what he has overheard.
 */
export function signedHeaders(
  { id, sentAt, body }: SignedMessage,
  secrets: readonly string[],
): Record<string, string> {
  const timestamp = Math.floor(sentAt.getTime() / 1_000);
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.join(' '),
  };
}
