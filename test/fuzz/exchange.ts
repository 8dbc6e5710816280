import { Agent, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Answer } from './judge';
import type { FuzzRequest } from './requests';

/** No request of the fuzzer is that much work, even on a machine that is busy with other things. */
const MOST_MS = 20_000;

/** Sends requests as they are, unlike clients that mend URLs and refuse headers. */
export class Exchange {
  private readonly agent = new Agent({ keepAlive: true });

  constructor(private readonly url: string) {}

  /** @throws when there is no answer in time. */
  send({ method, path, headers, bytes }: FuzzRequest): Promise<Answer> {
    const { port } = new URL(this.url);
    return new Promise((resolve, reject) => {
      const outgoing = request({
        agent: this.agent,
        host: '127.0.0.1',
        port,
        method,
        path,
        headers: { ...headers, ...(bytes.length > 0 && { 'Content-Length': String(bytes.length) }) },
        signal: AbortSignal.timeout(MOST_MS),
      });
      outgoing.once('error', reject);
      outgoing.once('response', (response) => {
        const { statusCode: status = 0, headers: answered } = response;
        buffer(response).then(
          (content) => resolve({ status, headers: answered, text: content.toString() }),
          reject,
        );
      });
      outgoing.end(bytes);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}
