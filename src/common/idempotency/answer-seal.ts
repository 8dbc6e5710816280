import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { SetMetadata } from '@nestjs/common';

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

export const SEALED_ANSWER = 'usher:sealed-answer';

/** For answers that hold a secret: what is stored of them for replays can be read only with the caller's API key. */
export const SealedAnswer = () => SetMetadata(SEALED_ANSWER, true);

/**
 * Encrypts the stored answer to one request with AES-256-GCM. The encryption key is derived (HKDF-SHA256, RFC 5869)
 * from the API key that the request shows and its Idempotency-Key. The database holds neither it nor the API key, so
 * whoever reads the database alone reads no answer, and a retry with both opens it.
 */
export class AnswerSeal {
  private readonly key: Uint8Array;

  constructor(apiKey: string, idempotencyKey: string) {
    this.key = new Uint8Array(hkdfSync('sha256', apiKey, idempotencyKey, 'usher sealed answer', 32));
  }

  close(body: string): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.key, iv);
    const sealed = Buffer.concat([cipher.update(body, 'utf8'), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64');
  }

  open(text: string): string {
    const bytes = Buffer.from(text, 'base64');
    const decipher = createDecipheriv(ALGORITHM, this.key, bytes.subarray(0, IV_BYTES));
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    return decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8');
  }
}
