import { Injectable } from '@nestjs/common';
import { inTime } from '../common/time/in-time';
import { signedHeaders } from './signature';
import { type Answer, post } from './target/post';
import { TargetRefused, Targets } from './target/targets';
import type { Attempt, WebhookDelivery } from './webhook-delivery.entity';
import type { WebhookEndpoint } from './webhook-endpoint.entity';

const TIMEOUT_SECONDS = 5;

/** What heeds the timeout has ended by then, with what it knows; what does not is left behind. */
const LIMIT_MS = TIMEOUT_SECONDS * 1_000 + 500;

/** What Node's codes mean for certificates, which are the receiver's to mend. */
const CERTIFICATE_PROBLEMS: Record<string, string> = {
  CERT_HAS_EXPIRED: 'has expired',
  CERT_NOT_YET_VALID: 'is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'is signed by itself',
  ERR_TLS_CERT_ALTNAME_INVALID: 'is for another host',
  SELF_SIGNED_CERT_IN_CHAIN: 'is of an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'is of an unknown authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'is of an unknown authority, or an intermediate one is missing',
};

/** Makes the attempts. Holds no database connection meanwhile. */
@Injectable()
export class WebhookSender {
  constructor(private readonly targets: Targets) {}

  /** Never rejects. */
  async attempt({ id, payload }: WebhookDelivery, endpoint: WebhookEndpoint): Promise<Attempt> {
    const at = new Date();
    const attempt = { at: at.toISOString(), response_code: null, error: null, response_excerpt: null };
    const answer = this.send({ id, sentAt: at, body: payload }, endpoint);
    const outcome = await inTime(answer, LIMIT_MS, 'No answer in time').then(
      ({ status, excerpt }) => ({
        response_code: status,
        error: problemOf(status),
        response_excerpt: excerpt,
      }),
      (error: unknown) => ({ error: describe(error) }),
    );
    return { ...attempt, ...outcome, duration_ms: Date.now() - at.getTime() };
  }

  private async send(
    message: { id: string; sentAt: Date; body: string },
    endpoint: WebhookEndpoint,
  ): Promise<Answer> {
    const signal = AbortSignal.timeout(TIMEOUT_SECONDS * 1_000);
    const addresses = await this.targets.addressesFor(endpoint.url, signal);
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Usher-Webhooks/1',
      ...signedHeaders(message, endpoint.secretsAt(message.sentAt)),
    };
    // Name servers have had their part.
    const left = message.sentAt.getTime() + TIMEOUT_SECONDS * 1_000 - Date.now();
    return post(new URL(endpoint.url), addresses, { headers, body: message.body, signal, left });
  }
}

function problemOf(status: number): string | null {
  if (status >= 200 && status < 300) return null;
  const redirect = status >= 300 && status < 400;
  return `It answered ${status}${redirect ? '; redirects are not followed' : ''}`;
}

/** In words for the organization: neither stacks nor our own addresses are its business. */
function describe(error: unknown): string {
  if (error instanceof TargetRefused) return error.message;
  const { name, code = 'unknown', syscall } = error as { name?: string; code?: string; syscall?: string };
  if (name === 'AbortError' || name === 'TimeoutError') return `No answer within ${TIMEOUT_SECONDS} seconds`;
  if (syscall?.startsWith('query')) return `The name servers of the host failed: ${code}`;
  const problem = CERTIFICATE_PROBLEMS[code];
  return `The connection failed: ${problem ? `its certificate ${problem} (${code})` : code}`;
}
